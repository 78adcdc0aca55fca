using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Keys;

namespace NadooIt.Data.Keys;

/// <summary>What is counted.</summary>
public enum Attempt
{
    /// <summary>Asking to sign in, from one address.</summary>
    Begin,

    /// <summary>A refused answer, from one address.</summary>
    Address,

    /// <summary>A refused answer, for one user code.</summary>
    Code,
}

/// <summary>Limits attempts on all nodes: the counts are in the database, each node asks it.</summary>
public sealed class Attempts(Access access, TimeProvider clock)
{
    /// <summary>How long one still has to wait; zero for go ahead.</summary>
    /// <param name="limit">How many are free.</param>
    /// <param name="attempt">What is counted.</param>
    /// <param name="subject">The address or the code.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public async Task<TimeSpan> WaitAsync(AttemptLimit limit, Attempt attempt, string subject, CancellationToken cancellationToken)
    {
        await using var db = access.OpenForSystem("read how often something was tried");
        var id = IdOf(attempt, subject);
        var now = clock.GetUtcNow();
        var count = await db.AttemptCounts.AsNoTracking().SingleOrDefaultAsync(count => count.Id == id, cancellationToken);
        if (count is null || now - count.LastAt > AttemptLimit.QuietSpell)
        {
            return TimeSpan.Zero;
        }

        var left = count.LastAt + limit.WaitAfter(count.Count) - now;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Counts one.</summary>
    public async Task CountAsync(Attempt attempt, string subject, CancellationToken cancellationToken)
    {
        await using var db = access.OpenForSystem("count an attempt");
        await db.CountAttemptAsync(IdOf(attempt, subject), clock.GetUtcNow(), AttemptLimit.QuietSpell, cancellationToken);
    }

    /// <summary>Takes one back because it was good.</summary>
    public async Task ForgiveAsync(Attempt attempt, string subject, CancellationToken cancellationToken)
    {
        await using var db = access.OpenForSystem("take back an attempt");
        var id = IdOf(attempt, subject);
        await db.AttemptCounts.Where(count => count.Id == id && count.Count > 0)
            .ExecuteUpdateAsync(set => set.SetProperty(count => count.Count, count => count.Count - 1), cancellationToken);
    }

    /// <summary>Begins to count anew.</summary>
    public async Task ForgetAsync(Attempt attempt, string subject, CancellationToken cancellationToken)
    {
        await using var db = access.OpenForSystem("forget attempts");
        var id = IdOf(attempt, subject);
        await db.AttemptCounts.Where(count => count.Id == id).ExecuteDeleteAsync(cancellationToken);
    }

    private static byte[] IdOf(Attempt attempt, string subject) => SHA256.HashData(Encoding.UTF8.GetBytes($"{attempt} {subject}"));
}
