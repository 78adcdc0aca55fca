using Microsoft.AspNetCore.DataProtection;
using NadooIt.Data.Webhooks;

namespace NadooIt.Web.Webhooks;

/// <summary>Encrypts the secrets of webhooks with the keys that all nodes share.</summary>
internal sealed class DataProtectionSecrets(IDataProtectionProvider provider) : SecretProtection
{
    private readonly IDataProtector protector = provider.CreateProtector("NadooIt.Webhooks.Secret.v1");

    public override byte[] Protect(byte[] secret) => protector.Protect(secret);

    public override byte[] Unprotect(byte[] kept) => protector.Unprotect(kept);
}
