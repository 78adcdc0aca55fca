using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Keys;

/// <summary>What kind of key it is, as far as the authenticator says. The values are stored.</summary>
public enum SecurityKeyKind
{
    /// <summary>A separate key, for instance on USB.</summary>
    SecurityKey = 1,

    /// <summary>Built into one device.</summary>
    ThisDevice = 2,

    /// <summary>Kept in step over several devices.</summary>
    Synced = 3,
}

/// <summary>Why a key was taken out of use. The values are stored.</summary>
public enum KeyRemoval
{
    /// <summary>Its owner removed it.</summary>
    ByOwner = 1,

    /// <summary>It was lost or stolen.</summary>
    Lost = 2,

    /// <summary>It was handed back.</summary>
    Returned = 3,
}

/// <summary>What an authenticator handed over at registration (WebAuthn Level 3, section 7.1).</summary>
/// <param name="CredentialId">The authenticator's identifier, up to 1023 bytes, unique among all people.</param>
/// <param name="PublicKey">COSE key.</param>
/// <param name="SignCount">Signature counter at registration.</param>
/// <param name="Transports">How it is reached, for instance usb, nfc, internal.</param>
/// <param name="IsUserVerified">Whether the authenticator verified its user.</param>
/// <param name="IsBackupEligible">Whether it may be kept in step over devices.</param>
/// <param name="IsBackedUp">Whether it is.</param>
/// <param name="AttestationObject">As received.</param>
/// <param name="ClientDataJson">As received.</param>
/// <param name="AuthenticatorModel">AAGUID; null when not told.</param>
/// <param name="Kind">Derived from the above.</param>
public sealed record Credential(
    byte[] CredentialId,
    byte[] PublicKey,
    long SignCount,
    string[] Transports,
    bool IsUserVerified,
    bool IsBackupEligible,
    bool IsBackedUp,
    byte[] AttestationObject,
    byte[] ClientDataJson,
    Guid? AuthenticatorModel,
    SecurityKeyKind Kind);

/// <summary>A security key (passkey) with which a person signs in.</summary>
public sealed class SecurityKey : IPersonOwned
{
    /// <summary>Longest name, in characters.</summary>
    public const int LongestName = 100;

    /// <summary>Most keys that one person may have.</summary>
    public const int MostPerPerson = 20;

    private SecurityKey()
    {
    }

    /// <summary>Identifier of the row.</summary>
    public SecurityKeyId Id { get; private set; }

    /// <inheritdoc/>
    public PersonId PersonId { get; private set; }

    /// <summary>The name its owner gave it, 1 to 100 characters.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The authenticator's identifier of the credential.</summary>
    public byte[] CredentialId { get; private set; } = [];

    /// <summary>COSE public key.</summary>
    public byte[] PublicKey { get; private set; } = [];

    /// <summary>Highest signature counter seen; 0 for authenticators that do not count.</summary>
    public long SignCount { get; private set; }

    /// <summary>How it is reached.</summary>
    public string[] Transports { get; private set; } = [];

    /// <summary>Whether it verified its user at registration.</summary>
    public bool IsUserVerified { get; private set; }

    /// <summary>Whether it may be kept in step over devices.</summary>
    public bool IsBackupEligible { get; private set; }

    /// <summary>Whether it is.</summary>
    public bool IsBackedUp { get; private set; }

    /// <summary>Attestation as received.</summary>
    public byte[] AttestationObject { get; private set; } = [];

    /// <summary>Client data as received at registration.</summary>
    public byte[] ClientDataJson { get; private set; } = [];

    /// <summary>AAGUID of the authenticator's model; null when not told.</summary>
    public Guid? AuthenticatorModel { get; private set; }

    /// <summary>What kind of key it is.</summary>
    public SecurityKeyKind Kind { get; private set; }

    /// <summary>When it was registered.</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>When it last signed in; null if never.</summary>
    public DateTimeOffset? LastUsedAt { get; private set; }

    /// <summary>When it was removed or lost; a removed key signs nobody in and stays for the record.</summary>
    public DateTimeOffset? RemovedAt { get; private set; }

    /// <summary>Why it was taken out of use; null while it is in use.</summary>
    public KeyRemoval? Removal { get; private set; }

    /// <summary>Registers a key.</summary>
    /// <exception cref="Refused">The name is not acceptable, or the authenticator did not verify its user.</exception>
    public static SecurityKey Register(PersonId person, string name, Credential credential, DateTimeOffset now)
    {
        if (!credential.IsUserVerified)
        {
            throw new Refused(KeyRefusals.UserNotVerified);
        }

        var key = new SecurityKey
        {
            Id = NewId.At<SecurityKeyId>(now),
            PersonId = person,
            CredentialId = credential.CredentialId,
            PublicKey = credential.PublicKey,
            SignCount = credential.SignCount,
            Transports = credential.Transports,
            IsUserVerified = credential.IsUserVerified,
            IsBackupEligible = credential.IsBackupEligible,
            IsBackedUp = credential.IsBackedUp,
            AttestationObject = credential.AttestationObject,
            ClientDataJson = credential.ClientDataJson,
            AuthenticatorModel = credential.AuthenticatorModel,
            Kind = credential.Kind,
            CreatedAt = now,
        };
        key.Rename(name);
        return key;
    }

    /// <summary>Changes the name.</summary>
    /// <exception cref="Refused">The name is empty or too long.</exception>
    public void Rename(string name)
    {
        var trimmed = name.Trim();
        Name = trimmed.Length is > 0 and <= LongestName ? trimmed : throw new Refused(KeyRefusals.NameInvalid);
    }

    /// <summary>Takes it out of use; a key that is out of use stays as it is.</summary>
    public void Remove(KeyRemoval why, DateTimeOffset now)
    {
        if (RemovedAt is null)
        {
            (RemovedAt, Removal) = (now, why);
        }
    }
}

/// <summary>How long a session lasts.</summary>
/// <param name="Idle">Without being used.</param>
/// <param name="Absolute">At most, however much it is used.</param>
public sealed record SessionLimits(TimeSpan Idle, TimeSpan Absolute)
{
    /// <summary>One hour without use, twelve hours at most (NIST SP 800-63B, AAL3).</summary>
    public static readonly SessionLimits Usual = new(TimeSpan.FromHours(1), TimeSpan.FromHours(12));

    /// <summary>When a session ends by itself that was last used at that moment.</summary>
    public DateTimeOffset ExpiryOf(DateTimeOffset startedAt, DateTimeOffset lastSeenAt)
    {
        var (idle, absolute) = (lastSeenAt + Idle, startedAt + Absolute);
        return idle < absolute ? idle : absolute;
    }
}

/// <summary>One signed-in browser. The cookie carries its secret; the server decides whether it still counts.</summary>
public sealed class Session : IPersonOwned
{
    private Session()
    {
    }

    /// <summary>Identifier; not secret.</summary>
    public SessionId Id { get; private set; }

    /// <inheritdoc/>
    public PersonId PersonId { get; private set; }

    /// <summary>When the person signed in.</summary>
    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>When the session was last used, to the minute.</summary>
    public DateTimeOffset LastSeenAt { get; private set; }

    /// <summary>When the key was last touched in this session.</summary>
    public DateTimeOffset VerifiedAt { get; private set; }

    /// <summary>From where the person signed in.</summary>
    public string Address { get; private set; } = "";

    /// <summary>What the browser calls itself, shortened.</summary>
    public string Device { get; private set; } = "";

    /// <summary>Digest of the browser's mark and the person, by which it is known again; null for one without a mark.</summary>
    public byte[]? BrowserHash { get; private set; }

    /// <summary>When it was ended; null while it counts.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>When it ends by itself unless it is used before.</summary>
    public DateTimeOffset ExpiresAt { get; private set; }

    /// <summary>Begins with a sign-in; the usual limits hold when none are given.</summary>
    public static Session Begin(PersonId person, string address, string device, DateTimeOffset now, SessionLimits? limits = null, byte[]? browserHash = null) => new()
    {
        Id = NewId.At<SessionId>(now),
        PersonId = person,
        StartedAt = now,
        LastSeenAt = now,
        VerifiedAt = now,
        Address = address.Length <= 64 ? address : address[..64],
        Device = device.Length <= 200 ? device : device[..200],
        ExpiresAt = (limits ?? SessionLimits.Usual).ExpiryOf(now, now),
        BrowserHash = browserHash,
    };

    /// <summary>For how long after a touch of the key what is delicate may be done.</summary>
    public static readonly TimeSpan FreshTouch = TimeSpan.FromMinutes(5);

    /// <summary>Whether the key was touched lately enough for what is delicate.</summary>
    public bool IsFreshAt(DateTimeOffset now) => now - VerifiedAt < FreshTouch;

    /// <summary>The key was touched again.</summary>
    public void Verify(DateTimeOffset now) => VerifiedAt = now;

    /// <summary>Ends it, at once and for ever.</summary>
    public void End(DateTimeOffset now) => EndedAt ??= now;
}

/// <summary>An invitation to register a security key: valid once, for 24 hours, known by the hash of its secret.</summary>
public sealed class Enrolment : IPersonOwned
{
    /// <summary>How long an invitation is valid.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private Enrolment()
    {
    }

    /// <summary>Identifier.</summary>
    public EnrolmentId Id { get; private set; }

    /// <inheritdoc/>
    public PersonId PersonId { get; private set; }

    /// <summary>SHA-256 of the secret in the link.</summary>
    public byte[] TokenHash { get; private set; } = [];

    /// <summary>Who made it.</summary>
    public PersonId? CreatedBy { get; private set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>From when on it is refused.</summary>
    public DateTimeOffset ExpiresAt { get; private set; }

    /// <summary>When it was used; null while it waits.</summary>
    public DateTimeOffset? UsedAt { get; private set; }

    /// <summary>When it was withdrawn or replaced; null while it waits.</summary>
    public DateTimeOffset? WithdrawnAt { get; private set; }

    /// <summary>The recovery that it serves; null for a person's first key.</summary>
    public KeyRecoveryId? RecoveryId { get; private set; }

    /// <summary>Makes an invitation.</summary>
    public static Enrolment Invite(PersonId person, byte[] tokenHash, PersonId? by, DateTimeOffset now, KeyRecoveryId? recovery = null) => new()
    {
        Id = NewId.At<EnrolmentId>(now),
        PersonId = person,
        TokenHash = tokenHash,
        CreatedBy = by,
        CreatedAt = now,
        ExpiresAt = now + Lifetime,
        RecoveryId = recovery,
    };

    /// <summary>Whether it can be used at this moment.</summary>
    public bool IsOpenAt(DateTimeOffset now) => UsedAt is null && WithdrawnAt is null && now < ExpiresAt;

    /// <summary>Uses it up.</summary>
    /// <exception cref="Refused">It was used, was withdrawn, or is too old.</exception>
    public void Use(DateTimeOffset now) => UsedAt = IsOpenAt(now) ? now : throw new Refused(KeyRefusals.EnrolmentClosed);

    /// <summary>Makes it unusable.</summary>
    public void Withdraw(DateTimeOffset now) => WithdrawnAt ??= now;
}

/// <summary>What the Keys module refuses.</summary>
public static class KeyRefusals
{
    /// <summary>The name is empty or longer than 100 characters.</summary>
    public static readonly Refusal NameInvalid = new("security_key.name_invalid", RefusalKind.Invalid);

    /// <summary>The authenticator did not verify its user.</summary>
    public static readonly Refusal UserNotVerified = new("security_key.user_not_verified", RefusalKind.Invalid);

    /// <summary>The key is registered already.</summary>
    public static readonly Refusal AlreadyRegistered = new("security_key.already_registered", RefusalKind.Conflict);

    /// <summary>The last key cannot be removed.</summary>
    public static readonly Refusal LastKey = new("security_key.last_key", RefusalKind.Conflict);

    /// <summary>The person has as many keys as anybody may have.</summary>
    public static readonly Refusal TooMany = new("security_key.too_many", RefusalKind.Conflict);

    /// <summary>Of this model no key may be registered by somebody with these roles. Detail: the models that may.</summary>
    public static readonly Refusal ModelNotAllowed = new("security_key.model_not_allowed", RefusalKind.Invalid);

    /// <summary>The person has a key that the role does not take. Detail: the models that it takes.</summary>
    public static readonly Refusal KeysDoNotFit = new("security_key.keys_do_not_fit", RefusalKind.Conflict);

    /// <summary>A model needs a role, an AAGUID and a name of 1 to 100 characters, and stands once for each role.</summary>
    public static readonly Refusal ModelInvalid = new("security_key.model_invalid", RefusalKind.Invalid);

    /// <summary>The browser's answer did not pass the checks.</summary>
    public static readonly Refusal NotAccepted = new("security_key.not_accepted", RefusalKind.Invalid);

    /// <summary>User code or security key not accepted; the only answer to a failed sign-in.</summary>
    public static readonly Refusal SignInFailed = new("sign_in.failed", RefusalKind.NotAllowed);

    /// <summary>Too many attempts; wait.</summary>
    public static readonly Refusal TooManyAttempts = new("sign_in.too_many_attempts", RefusalKind.Busy);

    /// <summary>The invitation was used, was withdrawn, is too old or never existed.</summary>
    public static readonly Refusal EnrolmentClosed = new("enrolment.closed", RefusalKind.NotFound);

    /// <summary>The person has or had a key; a link alone would be a way around it, a recovery is needed.</summary>
    public static readonly Refusal HasKey = new("enrolment.has_key", RefusalKind.Conflict);

    /// <summary>The invitation is for somebody else than the person who is signed in.</summary>
    public static readonly Refusal EnrolmentForSomebodyElse = new("enrolment.somebody_else", RefusalKind.NotAllowed);

    /// <summary>The key has to be touched again first; the last touch is more than five minutes ago.</summary>
    public static readonly Refusal FreshTouchNeeded = new("security_key.fresh_touch_needed", RefusalKind.NotAllowed);

    /// <summary>A recovery of this person is open already.</summary>
    public static readonly Refusal RecoveryOpen = new("key_recovery.open", RefusalKind.Conflict);

    /// <summary>The person never had a key; an invitation is enough.</summary>
    public static readonly Refusal NothingToRecover = new("key_recovery.nothing_to_recover", RefusalKind.Conflict);

    /// <summary>Nobody recovers or confirms his own access.</summary>
    public static readonly Refusal RecoveryOfOneself = new("key_recovery.oneself", RefusalKind.NotAllowed);

    /// <summary>A second key manager has to confirm.</summary>
    public static readonly Refusal SecondManagerNeeded = new("key_recovery.second_manager_needed", RefusalKind.NotAllowed);

    /// <summary>The only key manager has to wait for 24 hours after the proposal.</summary>
    public static readonly Refusal RecoveryTooEarly = new("key_recovery.too_early", RefusalKind.NotAllowed);

    /// <summary>The recovery was vetoed, withdrawn, used, or is too old.</summary>
    public static readonly Refusal RecoveryClosed = new("key_recovery.closed", RefusalKind.Conflict);

    /// <summary>The reason is empty or longer than 500 characters.</summary>
    public static readonly Refusal RecoveryReasonInvalid = new("key_recovery.reason_invalid", RefusalKind.Invalid);

    /// <summary>The set-up link was used or is not the one that was printed.</summary>
    public static readonly Refusal SetUpClosed = new("set_up.closed", RefusalKind.NotFound);
}
