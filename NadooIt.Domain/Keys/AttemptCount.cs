using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Keys;

/// <summary>How often something was tried lately from one address or for one user code.</summary>
/// <param name="Id">SHA-256 of what is counted; neither addresses nor codes are kept.</param>
/// <param name="Count">How often since the last quiet spell.</param>
/// <param name="LastAt">When last.</param>
public sealed record AttemptCount(byte[] Id, int Count, DateTimeOffset LastAt) : IShared;

/// <summary>How many attempts are free, and how long one has to wait after more of them.</summary>
/// <param name="Free">Attempts without a wait.</param>
/// <param name="Longest">The longest wait.</param>
public sealed record AttemptLimit(int Free, TimeSpan Longest)
{
    /// <summary>After this long without an attempt counting begins anew.</summary>
    public static readonly TimeSpan QuietSpell = TimeSpan.FromMinutes(15);

    // 2 to the power of this many seconds is longer than every wait.
    private const int LargestExponent = 20;

    /// <summary>The wait after this many attempts: none at first, then 2, 4, 8 ... seconds up to the longest.</summary>
    public TimeSpan WaitAfter(int attempts)
    {
        if (attempts < Free)
        {
            return TimeSpan.Zero;
        }

        var wait = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(attempts - Free + 1, LargestExponent)));
        return wait < Longest ? wait : Longest;
    }
}
