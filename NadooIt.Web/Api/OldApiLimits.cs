using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using NadooIt.Domain.ApiKeys;

namespace NadooIt.Web.Api;

/// <summary>
/// Slows down guessing in the old API, where the key stands in the body: refused calls are counted for each key, so that
/// user codes cannot be tried one after the other, and unknown keys for each address. A good key is never held up by
/// what others at the same address do.
/// </summary>
internal sealed class OldApiLimits : IDisposable
{
    private readonly PartitionedRateLimiter<string> limiter;

    public OldApiLimits(IOptions<RateLimitSettings> settings)
    {
        var perMinute = Math.Max(1, settings.Value.RefusalsPerMinute);
        Pause = TimeSpan.FromMinutes(1) / perMinute;
        limiter = PartitionedRateLimiter.Create<string, string>(subject => RateLimitPartition.GetTokenBucketLimiter(subject, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = perMinute,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = Pause,
            QueueLimit = 0,
            AutoReplenishment = true,
        }));
    }

    /// <summary>After how long one more refusal is free.</summary>
    public TimeSpan Pause { get; }

    /// <summary>How a key is called among the limits; never by its text.</summary>
    public static string OfKey(string key) => "key " + Convert.ToHexString(OldApiKey.HashOf(key));

    public static string OfAddress(HttpContext http) => "address " + http.Connection.RemoteIpAddress;

    /// <summary>Whether nothing is left for this subject.</summary>
    public bool IsExhausted(string subject)
    {
        using var lease = limiter.AttemptAcquire(subject, 0);
        return !lease.IsAcquired;
    }

    /// <summary>Counts a refusal; false when nothing was left.</summary>
    public bool Count(string subject)
    {
        using var lease = limiter.AttemptAcquire(subject);
        return lease.IsAcquired;
    }

    public void Dispose() => limiter.Dispose();
}
