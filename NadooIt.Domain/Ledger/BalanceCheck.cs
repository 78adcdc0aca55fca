using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Ledger;

/// <summary>One walk over the whole ledger in the background: when, how long, how much, and what did not fit.</summary>
public sealed class BalanceCheck : IShared
{
    /// <summary>Longest description of what does not fit, in characters.</summary>
    public const int LongestFinding = 500;

    private BalanceCheck()
    {
    }

    /// <summary>Identifier.</summary>
    public BalanceCheckId Id { get; private set; }

    /// <summary>Who asked for it; null for the regular one.</summary>
    public PersonId? RequestedBy { get; private set; }

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset RequestedAt { get; private set; }

    /// <summary>When it began; null while it waits.</summary>
    public DateTimeOffset? StartedAt { get; private set; }

    /// <summary>When it ended; null while it waits or runs, and for ever when its node died.</summary>
    public DateTimeOffset? FinishedAt { get; private set; }

    /// <summary>Accounts that were checked.</summary>
    public long Accounts { get; private set; }

    /// <summary>Lines that were checked.</summary>
    public long Lines { get; private set; }

    /// <summary>The first thing that does not fit; null when everything fits.</summary>
    public string? Finding { get; private set; }

    /// <summary>Whether it ended and everything fitted.</summary>
    public bool IsSound => FinishedAt is not null && Finding is null;

    /// <summary>How long it took; null while it has not ended.</summary>
    public TimeSpan? Duration => FinishedAt - StartedAt;

    /// <summary>Asks for a check.</summary>
    public static BalanceCheck Request(PersonId? by, DateTimeOffset now) => new() { Id = NewId.At<BalanceCheckId>(now), RequestedBy = by, RequestedAt = now };

    /// <summary>It begins; a second time when the node that ran it died.</summary>
    public void Start(DateTimeOffset now) => StartedAt = now;

    /// <summary>It ends.</summary>
    public void Finish(long accounts, long lines, string? finding, DateTimeOffset now) =>
        (Accounts, Lines, Finding, FinishedAt) = (accounts, lines, finding is { Length: > LongestFinding } ? finding[..LongestFinding] : finding, now);
}
