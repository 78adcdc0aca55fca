using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.ApiKeys;

/// <summary>
/// A key by which a program in the field acts for an employee: with a part of his abilities, at some customers,
/// for some customer programs, until a day. The key itself is shown once; only its SHA-256 is kept.
/// </summary>
public sealed class ApiKey : ICustomerOwned
{
    /// <summary>Longest name, in characters.</summary>
    public const int LongestName = 100;

    /// <summary>The abilities that the HTTP API has a use for; others can be given but open nothing there.</summary>
    public static IReadOnlyList<Ability> UsefulAbilities { get; } =
        [Ability.RunPrograms, Ability.ViewExecutions, Ability.ViewTimeAccounts];

    /// <summary>How long a key lasts when nobody chooses: one year.</summary>
    public static readonly TimeSpan UsualLife = TimeSpan.FromDays(365);

    /// <summary>How many days before its end a key is spoken of, first to last.</summary>
    public static IReadOnlyList<int> WarningDays { get; } = [30, 14, 7, 1];

    /// <summary>How long a key that was replaced goes on at least; to stop one at once it is revoked.</summary>
    public static readonly TimeSpan ShortestOverlap = TimeSpan.FromHours(1);

    /// <summary>How long a key that was replaced goes on at most.</summary>
    public static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(14);

    /// <summary>Longest network address, in characters.</summary>
    public const int LongestAddress = 64;

    private ApiKey()
    {
    }

    /// <summary>Identifier.</summary>
    public ApiKeyId Id { get; private set; }

    /// <summary>The customer at which it was made, and where it works.</summary>
    public CustomerId CustomerId { get; private set; }

    /// <summary>The employee for whom it acts.</summary>
    public PersonId OwnerId { get; private set; }

    /// <summary>What it is for, 1 to 100 characters.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The first characters, by which people recognise it.</summary>
    public string Prefix { get; private set; } = "";

    /// <summary>Whether it only tries things out: its executions are those of the test ledger, and appear nowhere else.</summary>
    public bool IsTest { get; private set; }

    /// <summary>SHA-256 of the key; unique at a customer. A key of the old system can work at several customers, one record for each.</summary>
    public byte[] Hash { get; private set; } = [];

    /// <summary>What it may do; a part of the owner's abilities.</summary>
    public Ability[] Abilities { get; private set; } = [];

    /// <summary>The customer programs it may run; empty for all of the customer.</summary>
    public CustomerProgramId[] CustomerPrograms { get; private set; } = [];

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Who made it.</summary>
    public PersonId CreatedBy { get; private set; }

    /// <summary>From when on it is refused; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; private set; }

    /// <summary>When it was revoked; null while it works.</summary>
    public DateTimeOffset? RevokedAt { get; private set; }

    /// <summary>Who revoked it.</summary>
    public PersonId? RevokedBy { get; private set; }

    /// <summary>When it was last used, to the minute.</summary>
    public DateTimeOffset? LastUsedAt { get; private set; }

    /// <summary>From which network address it was last used.</summary>
    public string? LastUsedAddress { get; private set; }

    /// <summary>What it ran last; null while it has run nothing.</summary>
    public CustomerProgramId? LastUsedProgramId { get; private set; }

    /// <summary>The first key of the line in which this one replaced another; null for one that replaced none.</summary>
    public ApiKeyId? OriginId { get; private set; }

    /// <summary>When a new key took its place; it goes on until it expires.</summary>
    public DateTimeOffset? ReplacedAt { get; private set; }

    /// <summary>The least of <see cref="WarningDays"/> that was told, or was known to whoever chose the end; null for none yet.</summary>
    public int? WarnedDays { get; private set; }

    /// <summary>The first key of its line; a key, what replaced it, and what replaced that are one line.</summary>
    public ApiKeyId Line => OriginId ?? Id;

    /// <summary>Makes a key; the secret goes to the person who asked and nowhere else.</summary>
    /// <exception cref="Refused">The name or the expiry is not acceptable, or no ability is chosen.</exception>
    public static ApiKey Create(CustomerId customer, PersonId owner, ApiKeyDetails details, ApiKeySecret secret, PersonId createdBy, DateTimeOffset now)
    {
        var name = ValidName(details.Name);
        if (details.ExpiresAt <= now)
        {
            throw new Refused(ApiKeyRefusals.ExpiryInvalid);
        }

        if (details.Abilities.Count == 0)
        {
            throw new Refused(ApiKeyRefusals.AbilityMissing);
        }

        return new ApiKey
        {
            Id = NewId.At<ApiKeyId>(now),
            CustomerId = customer,
            OwnerId = owner,
            Name = name,
            Prefix = secret.Prefix,
            IsTest = secret.IsTest,
            Hash = secret.Hash(),
            Abilities = [.. details.Abilities.Distinct().Order()],
            CustomerPrograms = [.. details.CustomerPrograms.Distinct()],
            CreatedAt = now,
            CreatedBy = createdBy,
            ExpiresAt = details.ExpiresAt,
            WarnedDays = details.ExpiresAt is { } end ? WarningLevel(end - now) : null,
        };
    }

    /// <summary>
    /// Makes a key that takes the place of this one: the same owner, abilities and customer programs, another secret. This one
    /// goes on for the overlap, so that programs can be changed over without a gap, unless it expires before.
    /// </summary>
    /// <param name="secret">The new secret.</param>
    /// <param name="expiresAt">From when on the new key is refused; null for never.</param>
    /// <param name="overlap">How long this one goes on, <see cref="ShortestOverlap"/> to <see cref="LongestOverlap"/>.</param>
    /// <param name="by">Who replaces it.</param>
    /// <param name="now">The present moment.</param>
    /// <exception cref="Refused">It is over, was replaced before, or belongs to the old system; or the overlap or the expiry is not acceptable.</exception>
    public ApiKey Replace(ApiKeySecret secret, DateTimeOffset? expiresAt, TimeSpan overlap, PersonId by, DateTimeOffset now)
    {
        if (!IsValidAt(now) || ReplacedAt is not null || IsOfOldSystem)
        {
            throw new Refused(ApiKeyRefusals.NotReplaceable);
        }

        if (overlap < ShortestOverlap || overlap > LongestOverlap)
        {
            throw new Refused(ApiKeyRefusals.OverlapInvalid);
        }

        var next = Create(CustomerId, OwnerId, new(Name, Abilities, CustomerPrograms, expiresAt), secret, by, now);
        next.OriginId = Line;
        var end = now + overlap;
        ReplacedAt = now;
        ExpiresAt = ExpiresAt < end ? ExpiresAt : end;
        WarnedDays = WarningLevel(ExpiresAt.Value - now);
        return next;
    }

    /// <summary>The level of <see cref="WarningDays"/> that a rest of this length has reached; null while it is longer than all.</summary>
    public static int? WarningLevel(TimeSpan left) => WarningDays.Where(days => left <= TimeSpan.FromDays(days)).Min(days => (int?)days);

    /// <summary>Whether it is a key of the old system, which only the old API accepts.</summary>
    public bool IsOfOldSystem => Prefix.StartsWith(OldApiKey.Prefix, StringComparison.Ordinal);

    /// <summary>Lets a key of the old system work for a person at a customer; it may run programs and never expires by itself.</summary>
    /// <exception cref="Refused">The name is not acceptable.</exception>
    public static ApiKey Import(CustomerId customer, PersonId owner, string name, OldApiKey key, PersonId importedBy, DateTimeOffset now) => new()
    {
        Id = NewId.At<ApiKeyId>(now),
        CustomerId = customer,
        OwnerId = owner,
        Name = ValidName(name),
        Prefix = key.ShownAs,
        Hash = key.Hash,
        Abilities = [Ability.RunPrograms],
        CreatedAt = now,
        CreatedBy = importedBy,
    };

    /// <summary>Gives it another name.</summary>
    /// <exception cref="Refused">The name is not acceptable.</exception>
    public void Rename(string name) => Name = ValidName(name);

    /// <summary>Whether it is accepted at this moment.</summary>
    public bool IsValidAt(DateTimeOffset now) => IsValidAt(now, ExpiresAt, RevokedAt);

    /// <summary>Whether a key with this expiry and revocation is accepted at this moment.</summary>
    public static bool IsValidAt(DateTimeOffset now, DateTimeOffset? expiresAt, DateTimeOffset? revokedAt) =>
        revokedAt is null && (expiresAt is null || now < expiresAt);

    /// <summary>Stops it for ever, at the next request on every node.</summary>
    public void Revoke(PersonId by, DateTimeOffset now)
    {
        if (RevokedAt is null)
        {
            (RevokedAt, RevokedBy) = (now, by);
        }
    }

    private static string ValidName(string text)
    {
        var name = text.Trim();
        return name.Length is > 0 and <= LongestName ? name : throw new Refused(ApiKeyRefusals.NameInvalid);
    }
}

/// <summary>What is chosen when a key is made.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="Abilities">What it may do; a part of the owner's abilities.</param>
/// <param name="CustomerPrograms">What it may run; empty for all of the customer.</param>
/// <param name="ExpiresAt">From when on it is refused; null for never.</param>
public sealed record ApiKeyDetails(string Name, IReadOnlyCollection<Ability> Abilities, IReadOnlyCollection<CustomerProgramId> CustomerPrograms, DateTimeOffset? ExpiresAt);

/// <summary>What the ApiKeys module refuses.</summary>
public static class ApiKeyRefusals
{
    /// <summary>No, unknown, revoked or expired key: one answer for all.</summary>
    public static readonly Refusal Invalid = new("api_key.invalid", RefusalKind.NotAllowed);

    /// <summary>The name is empty or longer than 100 characters.</summary>
    public static readonly Refusal NameInvalid = new("api_key.name_invalid", RefusalKind.Invalid);

    /// <summary>The expiry lies in the past.</summary>
    public static readonly Refusal ExpiryInvalid = new("api_key.expiry_invalid", RefusalKind.Invalid);

    /// <summary>Unknown, or not within reach.</summary>
    public static readonly Refusal NotFound = new("api_key.not_found", RefusalKind.NotFound);

    /// <summary>The owner must be an employee with a running contract at that customer.</summary>
    public static readonly Refusal OwnerNotEmployed = new("api_key.owner_not_employed", RefusalKind.Invalid);

    /// <summary>A key needs at least one ability.</summary>
    public static readonly Refusal AbilityMissing = new("api_key.ability_missing", RefusalKind.Invalid);

    /// <summary>The text is neither a key of the old system nor the hash of one.</summary>
    public static readonly Refusal OldKeyInvalid = new("api_key.old_key_invalid", RefusalKind.Invalid);

    /// <summary>The key of the old system works for another person already.</summary>
    public static readonly Refusal OldKeyTaken = new("api_key.old_key_taken", RefusalKind.Conflict);

    /// <summary>It is over, was replaced before, or is a key of the old system.</summary>
    public static readonly Refusal NotReplaceable = new("api_key.not_replaceable", RefusalKind.Conflict);

    /// <summary>A key that was replaced goes on for one hour to fourteen days.</summary>
    public static readonly Refusal OverlapInvalid = new("api_key.overlap_invalid", RefusalKind.Invalid);

    /// <summary>The test ledger of the customer holds as much as it may; it has to be thrown away first.</summary>
    public static readonly Refusal TestLedgerFull = new("api_key.test_ledger_full", RefusalKind.Conflict);

    /// <summary>Test data are thrown away by owners of a test key and by whoever makes keys there.</summary>
    public static readonly Refusal TestDataNotOwned = new("api_key.test_data_not_owned", RefusalKind.NotAllowed);

    /// <summary>A key gets no ability that its owner does not hold there.</summary>
    public static readonly Refusal AbilityNotHeld = new("api_key.ability_not_held", RefusalKind.Invalid);
}
