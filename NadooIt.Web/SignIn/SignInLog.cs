using NadooIt.Domain.Keys;
using NadooIt.Domain.Kernel;

namespace NadooIt.Web.SignIn;

/// <summary>The security log of sign-in. No user code, credential or secret is ever a parameter here.</summary>
internal static partial class SignInLog
{
    [LoggerMessage(1002, LogLevel.Warning, "Passkey ceremony {Purpose} refused from {Address}: {Reason}")]
    public static partial void Refused(ILogger logger, CeremonyPurpose purpose, string? address, string reason);

    [LoggerMessage(1003, LogLevel.Information, "Passkey ceremony {Purpose} completed from {Address} for person {PersonId}")]
    public static partial void Completed(ILogger logger, CeremonyPurpose purpose, string? address, PersonId personId);

    [LoggerMessage(1004, LogLevel.Warning, "Passkey ceremony {Purpose} limited for {Seconds} s from {Address}")]
    public static partial void Limited(ILogger logger, CeremonyPurpose purpose, string? address, double seconds);
}
