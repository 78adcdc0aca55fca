namespace NadooIt.Data.Webhooks;

/// <summary>Encrypts what must be read again, with the keys that all nodes share; the host brings it.</summary>
public abstract class SecretProtection
{
    /// <summary>Encrypts.</summary>
    public abstract byte[] Protect(byte[] secret);

    /// <summary>Decrypts what <see cref="Protect"/> made.</summary>
    public abstract byte[] Unprotect(byte[] kept);
}

/// <summary>Settings <c>Webhooks</c>.</summary>
public sealed class WebhookSettings
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Webhooks";

    /// <summary>Whether messages may go to private addresses and by plain http; for tests and development.</summary>
    public bool AllowPrivateAddresses { get; set; }
}
