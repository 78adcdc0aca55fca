using Microsoft.Extensions.Options;
using NadooIt.Data.Keys;
using NadooIt.Domain.Keys;

namespace NadooIt.Web.SignIn;

/// <summary>Slows down guessing, per address and per user code, alike for codes that exist and codes that do not.</summary>
internal sealed class AttemptGate(Attempts attempts, IOptions<SignInSettings> settings, ILogger<AttemptGate> logger)
{
    /// <summary>How long this browser has to wait before it may begin; counts the beginning if it may.</summary>
    public async Task<TimeSpan> BeginAsync(HttpContext http, string code, CancellationToken cancellationToken)
    {
        var wait = Longest(
            await WaitAsync(http, code, cancellationToken),
            await attempts.WaitAsync(Limit(settings.Value.FreeBeginningsPerAddress), Attempt.Begin, AddressOf(http), cancellationToken));
        if (wait == TimeSpan.Zero)
        {
            await attempts.CountAsync(Attempt.Begin, AddressOf(http), cancellationToken);
        }

        return Logged(http, wait);
    }

    /// <summary>How long this browser has to wait before an answer is looked at.</summary>
    public async Task<TimeSpan> WaitAsync(HttpContext http, string code, CancellationToken cancellationToken) => Logged(http, Longest(
        await attempts.WaitAsync(Limit(settings.Value.FreeAttemptsPerAddress), Attempt.Address, AddressOf(http), cancellationToken),
        await attempts.WaitAsync(Limit(settings.Value.FreeAttemptsPerCode), Attempt.Code, Spelling(code), cancellationToken)));

    public async Task RefusedAsync(HttpContext http, string code, CancellationToken cancellationToken)
    {
        await attempts.CountAsync(Attempt.Address, AddressOf(http), cancellationToken);
        await attempts.CountAsync(Attempt.Code, Spelling(code), cancellationToken);
    }

    public async Task AcceptedAsync(HttpContext http, string code, CancellationToken cancellationToken)
    {
        await attempts.ForgiveAsync(Attempt.Begin, AddressOf(http), cancellationToken);
        await attempts.ForgetAsync(Attempt.Code, Spelling(code), cancellationToken);
    }

    private AttemptLimit Limit(int free) => new(free, settings.Value.LongestWait);

    private TimeSpan Logged(HttpContext http, TimeSpan wait)
    {
        if (wait > TimeSpan.Zero)
        {
            SignInLog.Limited(logger, CeremonyPurpose.SignIn, AddressOf(http), wait.TotalSeconds);
        }

        return wait;
    }

    private static TimeSpan Longest(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static string Spelling(string code) => PasskeyCeremonies.SpellingOf(code);

    private static string AddressOf(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "";
}
