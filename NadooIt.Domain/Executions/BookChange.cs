using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Executions;

/// <summary>
/// A change of what recording rests on besides balances and ladder positions: terms, drawn accounts and their limits, keys,
/// contracts, people, budgets and webhooks. The database itself adds one for each transaction that makes such changes, and now and
/// then puts several together. While the sum of their numbers stays, what a node remembers of all these holds.
/// </summary>
public sealed class BookChange : IShared
{
    private BookChange()
    {
    }

    /// <summary>Identifier.</summary>
    public Guid Id { get; private set; }

    /// <summary>How many transactions it stands for.</summary>
    public long Number { get; private set; }
}
