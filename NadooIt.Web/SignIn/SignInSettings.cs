using NadooIt.Domain.Keys;

namespace NadooIt.Web.SignIn;

/// <summary>Section <c>SignIn</c> of the configuration.</summary>
internal sealed class SignInSettings
{
    public const string Section = "SignIn";

    /// <summary>How long a session lasts without being used.</summary>
    public TimeSpan IdleLimit { get; set; } = SessionLimits.Usual.Idle;

    /// <summary>How long a session lasts at most.</summary>
    public TimeSpan AbsoluteLimit { get; set; } = SessionLimits.Usual.Absolute;

    /// <summary>How often an open page asks whether its session still counts.</summary>
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Refused answers for one user code before one has to wait.</summary>
    public int FreeAttemptsPerCode { get; set; } = 10;

    /// <summary>Refused answers from one address before one has to wait; many people may share an address.</summary>
    public int FreeAttemptsPerAddress { get; set; } = 50;

    /// <summary>Sign-ins begun and not completed from one address before one has to wait.</summary>
    public int FreeBeginningsPerAddress { get; set; } = 300;

    /// <summary>The longest wait.</summary>
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromMinutes(5);

    public SessionLimits Limits => new(IdleLimit, AbsoluteLimit);
}
