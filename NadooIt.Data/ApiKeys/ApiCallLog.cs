using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.ApiKeys;

/// <summary>
/// The requests that this process has answered since they were last written down. Noting one costs a lock and a few additions,
/// so that recording gets no slower; all are counted, and the latest of each key are kept one by one.
/// </summary>
public sealed class ApiCallLog
{
    /// <summary>
    /// Most that are kept of one key between two writings of those that succeeded: one of them looks like the other, and to write
    /// down each of a busy key would cost a tenth of what recording costs.
    /// </summary>
    internal const int MostSucceeded = 20;

    /// <summary>Most that are kept of one key between two writings of those that failed.</summary>
    internal const int MostFailed = 100;

    private readonly Lock gate = new();
    private Dictionary<ApiKeyId, CallsOfKey> calls = [];

    /// <summary>Notes a request of a key that is known.</summary>
    /// <param name="call">Whose it was.</param>
    /// <param name="address">Network address of the client.</param>
    /// <param name="facts">How it went.</param>
    public void Note(ApiCall call, string? address, ApiRequestFacts facts)
    {
        if (call.Key is not { } key)
        {
            return;
        }

        lock (gate)
        {
            if (!calls.TryGetValue(key, out var ofKey))
            {
                calls[key] = ofKey = new(call.Customer);
            }

            ofKey.Add(facts, address, call.Program);
        }
    }

    /// <summary>Hands out what was noted since the last time.</summary>
    internal IReadOnlyDictionary<ApiKeyId, CallsOfKey> Take()
    {
        lock (gate)
        {
            var taken = calls;
            calls = [];
            return taken;
        }
    }
}

/// <summary>What one key asked for lately.</summary>
internal sealed class CallsOfKey(CustomerId customer)
{
    private const int Unauthorized = 401;
    private readonly Queue<ApiRequestFacts> succeeded = new();
    private readonly Queue<ApiRequestFacts> failed = new();

    public CustomerId Customer => customer;

    /// <summary>The latest requests.</summary>
    public IEnumerable<ApiRequestFacts> Latest => succeeded.Concat(failed);

    /// <summary>All requests, by business day.</summary>
    public Dictionary<DateOnly, (long Calls, long Failed)> Days { get; } = [];

    /// <summary>When it was last accepted; null when it was not.</summary>
    public DateTimeOffset? UsedAt { get; private set; }

    /// <summary>From where it was last accepted.</summary>
    public string? Address { get; private set; }

    /// <summary>What it ran last.</summary>
    public CustomerProgramId? Program { get; private set; }

    public void Add(ApiRequestFacts facts, string? address, CustomerProgramId? program)
    {
        var (queue, most) = facts.IsFailure ? (failed, ApiCallLog.MostFailed) : (succeeded, ApiCallLog.MostSucceeded);
        if (queue.Count == most)
        {
            queue.Dequeue();
        }

        queue.Enqueue(facts);
        var day = BusinessTime.DayOf(facts.At);
        var (all, bad) = Days.GetValueOrDefault(day);
        Days[day] = (all + 1, bad + (facts.IsFailure ? 1 : 0));
        if (facts.Status != Unauthorized)
        {
            (UsedAt, Address, Program) = (facts.At, address, program ?? Program);
        }
    }
}
