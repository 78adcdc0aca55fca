using Microsoft.Extensions.Options;
using NadooIt.Web.SignIn;

namespace NadooIt.Web.Keys;

/// <summary>Where an invited person registers her key: at the address for which keys are made, not at what a request claims.</summary>
internal static class EnrolmentAddress
{
    public static string Of(IOptions<PasskeySettings> settings, string token) => $"{settings.Value.Origins[0]}/enrol/{token}";
}
