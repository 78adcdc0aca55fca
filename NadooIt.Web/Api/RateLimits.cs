using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using NadooIt.Domain.Kernel;

namespace NadooIt.Web.Api;

/// <summary>How much one key may ask for. Settings <c>Api:RequestsPerSecond</c>, <c>Api:Burst</c> and <c>Api:RefusalsPerMinute</c>.</summary>
internal sealed class RateLimitSettings
{
    public const string Section = "Api";

    /// <summary>Requests per second that a key may keep up for ever.</summary>
    public int RequestsPerSecond { get; set; } = 10_000;

    /// <summary>Requests that a key may send at once after a pause.</summary>
    public int Burst { get; set; } = 20_000;

    /// <summary>Calls of the old API per minute that may be refused, for one key or one address.</summary>
    public int RefusalsPerMinute { get; set; } = 60;
}

/// <summary>One token bucket per key and node; what is left is told with every answer.</summary>
internal sealed class RateLimits : IDisposable
{
    private readonly PartitionedRateLimiter<string> limiter;
    private readonly int burst;
    private readonly int perSecond;

    public RateLimits(IOptions<RateLimitSettings> settings)
    {
        (burst, perSecond) = (Math.Max(1, settings.Value.Burst), Math.Max(1, settings.Value.RequestsPerSecond));
        limiter = PartitionedRateLimiter.Create<string, string>(key => RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = perSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
            AutoReplenishment = true,
        }));
    }

    /// <summary>Takes one request from the bucket of a key, and tells what is left; false when it is empty.</summary>
    public bool Admit(HttpContext http, ApiKeyId id)
    {
        var key = id.ToString();
        using var lease = limiter.AttemptAcquire(key);
        var remaining = limiter.GetStatistics(key)?.CurrentAvailablePermits ?? 0;
        var headers = http.Response.Headers;
        headers["RateLimit-Limit"] = burst.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Remaining"] = remaining.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Reset"] = Math.Max(1, (burst - remaining + perSecond - 1) / perSecond).ToString(CultureInfo.InvariantCulture);
        if (!lease.IsAcquired)
        {
            headers.RetryAfter = "1";
        }

        return lease.IsAcquired;
    }

    /// <summary>Takes one request from the bucket of a key; false when it is empty.</summary>
    public bool TryAcquire(string key)
    {
        using var lease = limiter.AttemptAcquire(key);
        return lease.IsAcquired;
    }

    public void Dispose() => limiter.Dispose();
}
