using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Webhooks;

/// <summary>What a customer's system can be told. The values are stored.</summary>
public enum WebhookEvent
{
    /// <summary>An execution was recorded: <c>execution.recorded</c>.</summary>
    ExecutionRecorded = 1,

    /// <summary>An execution was reversed: <c>execution.reversed</c>.</summary>
    ExecutionReversed = 2,

    /// <summary>A time account fell below a warning level: <c>time_account.low</c>.</summary>
    TimeAccountLow = 3,

    /// <summary>Somebody tries whether messages arrive: <c>webhook.test</c>; not chosen, always possible.</summary>
    Test = 9,
}

/// <summary>The names of events in messages.</summary>
public static class WebhookEvents
{
    /// <summary>Those that can be chosen.</summary>
    public static IReadOnlyList<WebhookEvent> All { get; } = [WebhookEvent.ExecutionRecorded, WebhookEvent.ExecutionReversed, WebhookEvent.TimeAccountLow];

    /// <summary>The name in the field <c>type</c> of a message.</summary>
    public static string NameOf(WebhookEvent what) => what switch
    {
        WebhookEvent.ExecutionRecorded => "execution.recorded",
        WebhookEvent.ExecutionReversed => "execution.reversed",
        WebhookEvent.TimeAccountLow => "time_account.low",
        WebhookEvent.Test => "webhook.test",
        _ => throw new ArgumentOutOfRangeException(nameof(what), what, "An event without a name."),
    };
}

/// <summary>An address of a customer's system, to which signed messages are sent.</summary>
public sealed class WebhookEndpoint : ICustomerOwned
{
    /// <summary>Longest address, in characters.</summary>
    public const int LongestAddress = 500;

    /// <summary>How long a former secret signs as well, after another took its place.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    /// <summary>After so long without a single success nothing more is sent.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(5);

    private WebhookEndpoint()
    {
    }

    /// <summary>Identifier.</summary>
    public WebhookEndpointId Id { get; private set; }

    /// <inheritdoc/>
    public CustomerId CustomerId { get; private set; }

    /// <summary>Where messages go.</summary>
    public string Address { get; private set; } = "";

    /// <summary>What it is told.</summary>
    public WebhookEvent[] Events { get; private set; } = [];

    /// <summary>The present secret, encrypted.</summary>
    public byte[] Secret { get; private set; } = [];

    /// <summary>The secret before it, encrypted; null when there is none.</summary>
    public byte[]? PreviousSecret { get; private set; }

    /// <summary>Until when the secret before signs as well.</summary>
    public DateTimeOffset? PreviousSecretUntil { get; private set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Who made it.</summary>
    public PersonId CreatedBy { get; private set; }

    /// <summary>Since when every try has failed; null while it works.</summary>
    public DateTimeOffset? FailingSince { get; private set; }

    /// <summary>When it was given up after failing for long; null while messages are sent.</summary>
    public DateTimeOffset? DisabledAt { get; private set; }

    /// <summary>When somebody ended it, for ever.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>Whether messages are sent.</summary>
    public bool IsActive => DisabledAt is null && EndedAt is null;

    /// <summary>Makes one.</summary>
    /// <param name="customer">Whose system it is.</param>
    /// <param name="address">An absolute address; https, unless private addresses are allowed.</param>
    /// <param name="events">What it is told, at least one.</param>
    /// <param name="secret">The secret, encrypted.</param>
    /// <param name="allowPrivate">Whether http and private addresses are allowed, for development.</param>
    /// <param name="by">Who makes it.</param>
    /// <param name="now">The present moment.</param>
    /// <exception cref="Refused">The address or the choice is not acceptable.</exception>
    public static WebhookEndpoint Create(
        CustomerId customer, string address, IReadOnlyCollection<WebhookEvent> events, byte[] secret, bool allowPrivate, PersonId by, DateTimeOffset now)
    {
        var endpoint = new WebhookEndpoint { Id = NewId.At<WebhookEndpointId>(now), CustomerId = customer, Secret = secret, CreatedAt = now, CreatedBy = by };
        endpoint.Correct(address, events, allowPrivate);
        return endpoint;
    }

    /// <summary>Changes address and events; one that was given up is sent to again.</summary>
    /// <exception cref="Refused">It has ended, or the address or the choice is not acceptable.</exception>
    public void Correct(string address, IReadOnlyCollection<WebhookEvent> events, bool allowPrivate)
    {
        RefuseIfEnded();
        if (events.Count == 0 || events.Except(WebhookEvents.All).Any())
        {
            throw new Refused(WebhookRefusals.EventsInvalid);
        }

        (Address, Events) = (ValidAddress(address, allowPrivate), [.. events.Distinct().Order()]);
        (FailingSince, DisabledAt) = (null, null);
    }

    /// <summary>Lets a new secret sign; the one before signs as well for a day.</summary>
    /// <exception cref="Refused">It has ended.</exception>
    public void Rotate(byte[] secret, DateTimeOffset now)
    {
        RefuseIfEnded();
        (PreviousSecret, PreviousSecretUntil, Secret) = (Secret, now + Overlap, secret);
    }

    /// <summary>The secrets that sign now, encrypted, the present one first.</summary>
    public IReadOnlyList<byte[]> SigningSecrets(DateTimeOffset now) =>
        PreviousSecret is { } previous && now < PreviousSecretUntil ? [Secret, previous] : [Secret];

    /// <summary>A message arrived.</summary>
    public void Succeed() => FailingSince = null;

    /// <summary>A try failed; after <see cref="Patience"/>, or at once when the other side says that it is gone, nothing more is sent.</summary>
    /// <returns>Whether it was given up with this one.</returns>
    public bool Fail(bool isGone, DateTimeOffset now)
    {
        FailingSince ??= now;
        if (!IsActive || (!isGone && now - FailingSince < Patience))
        {
            return false;
        }

        DisabledAt = now;
        return true;
    }

    /// <summary>Ends it for ever.</summary>
    public void End(DateTimeOffset now) => EndedAt ??= now;

    private void RefuseIfEnded()
    {
        if (EndedAt is not null)
        {
            throw new Refused(WebhookRefusals.Ended);
        }
    }

    private static string ValidAddress(string text, bool allowPrivate)
    {
        var trimmed = text.Trim();
        var isValid = trimmed.Length <= LongestAddress && Uri.TryCreate(trimmed, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttps || (allowPrivate && address.Scheme == Uri.UriSchemeHttp))
            && address.UserInfo.Length == 0 && address.Fragment.Length == 0
            && (allowPrivate || !System.Net.IPAddress.TryParse(address.DnsSafeHost, out var literal) || PublicNetwork.Includes(literal));
        return isValid ? trimmed : throw new Refused(WebhookRefusals.AddressInvalid);
    }
}

/// <summary>What the Webhooks module refuses.</summary>
public static class WebhookRefusals
{
    /// <summary>Unknown, or not within reach.</summary>
    public static readonly Refusal NotFound = new("webhook.not_found", RefusalKind.NotFound);

    /// <summary>The address is not an absolute https address on the public internet.</summary>
    public static readonly Refusal AddressInvalid = new("webhook.address_invalid", RefusalKind.Invalid);

    /// <summary>At least one event has to be chosen.</summary>
    public static readonly Refusal EventsInvalid = new("webhook.events_invalid", RefusalKind.Invalid);

    /// <summary>It has ended.</summary>
    public static readonly Refusal Ended = new("webhook.ended", RefusalKind.Conflict);

    /// <summary>A customer has at most twenty of them.</summary>
    public static readonly Refusal TooMany = new("webhook.too_many", RefusalKind.Conflict);
}
