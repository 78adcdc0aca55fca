using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Orders;

namespace NadooIt.Data.Executions;

/// <summary>What a page of the book writes, and what it rests on. Nothing is written unless all of that still holds.</summary>
/// <param name="Recorded">The new executions with their transfers.</param>
/// <param name="Programs">Ladder positions, before and after.</param>
/// <param name="Figures">What the rows of days and months are to be given.</param>
/// <param name="Accounts">The accounts that moved, before and after.</param>
/// <param name="Unmoved">Accounts that were asked and had nothing to give: with the hash of their last transfer.</param>
/// <param name="Orders">Orders that were opened or charged.</param>
/// <param name="HasWebhooks">Whether anybody wants to hear of executions.</param>
/// <param name="Changes">The number of changes up to which everything else holds; null for what was read under locks.</param>
internal sealed record PageWrite(
    IReadOnlyList<RecordedExecution> Recorded,
    IReadOnlyList<MovedProgram> Programs,
    PageFigures Figures,
    IReadOnlyList<MovedAccount> Accounts,
    IReadOnlyList<UnmovedAccount> Unmoved,
    IReadOnlyList<ExecutionOrder> Orders,
    bool HasWebhooks,
    long? Changes);

/// <summary>The ladder position of a customer program, before and after a page.</summary>
internal readonly record struct MovedProgram(CustomerProgramId Program, LadderPosition Before, LadderPosition After);

/// <summary>An account after a page, with the hash of the last transfer before it, which stands for everything that happened until then.</summary>
internal readonly record struct MovedAccount(
    LedgerAccountId Id, byte[] HashBefore, long? Minimum, long Balance, long Pending, long ChainLength, byte[] ChainHash);

/// <summary>An account that a page did not move, with the hash of its last transfer.</summary>
internal readonly record struct UnmovedAccount(LedgerAccountId Id, byte[] Hash);

/// <summary>The accounts that a page works with, as they were before it.</summary>
internal sealed class PageAccounts
{
    private readonly Dictionary<LedgerAccount, byte[]> before = new(ReferenceEqualityComparer.Instance);

    /// <summary>The accounts that moved, in the order of their ids, so that two writers cannot wait for each other.</summary>
    public IReadOnlyList<MovedAccount> Moved =>
    [
        .. before.Where(entry => HasMoved(entry.Key, entry.Value)).OrderBy(entry => entry.Key.Id.Value).Select(entry => new MovedAccount(
            entry.Key.Id, entry.Value, entry.Key.Minimum, entry.Key.Balance, entry.Key.Pending, entry.Key.ChainLength, entry.Key.ChainHash)),
    ];

    /// <summary>The time accounts that did not move; of money nothing is asked before it moves.</summary>
    public IReadOnlyList<UnmovedAccount> Unmoved =>
    [
        .. before.Where(entry => !HasMoved(entry.Key, entry.Value) && entry.Key.Kind == LedgerAccountKind.PrepaidTime)
            .Select(entry => new UnmovedAccount(entry.Key.Id, entry.Value)),
    ];

    /// <summary>Notes how an account stands, before anything moves it. A transfer makes a new hash and leaves the old one as it is.</summary>
    public void Note(LedgerAccount account) => before.TryAdd(account, account.ChainHash);

    private static bool HasMoved(LedgerAccount account, byte[] before) => account.ChainHash != before;
}
