using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using NadooIt.Data.Kernel;
using NadooIt.Domain.ApiKeys;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Ownership;
using Npgsql;

namespace NadooIt.Data.Executions;

/// <summary>What one caller asks for, and where the caller may run programs.</summary>
/// <param name="Request">The execution.</param>
/// <param name="Reach">The customers at which the caller may record it; what lies outside does not exist for him.</param>
/// <param name="Programs">The customer programs an API key is limited to; empty for no limit.</param>
internal sealed record RecordingOrder(ExecutionRequest Request, Reach Reach, IReadOnlyCollection<CustomerProgramId> Programs)
{
    /// <summary>An order of an API key: its reach and its programs are read from the key in the transaction that records.</summary>
    public static RecordingOrder ByKey(ExecutionRequest request) => new(request, Reach.Nowhere, []);
}

/// <summary>What became of one order: an execution, new or recorded before, or a refusal.</summary>
internal sealed record RecordingResult(Execution? Execution, bool IsRepetition, Refused? Refusal);

/// <summary>
/// Records many executions in one transaction: locks the customer programs and accounts involved in the order of
/// their ids, lets the rules of the domain decide each order in memory, and writes everything with a few statements.
/// A refused order refuses only itself. Correct with any number of writers and nodes, through the row locks.
/// </summary>
internal sealed class ExecutionBook(NadooItDatabase database)
{
    public async Task<IReadOnlyList<RecordingResult>> RecordAsync(IReadOnlyList<RecordingOrder> orders, CancellationToken cancellationToken)
    {
        await using var db = database.Create(Fence.System("record executions"));
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var page = await BookPage.OpenAsync(db, orders, cancellationToken);
        var results = orders.Select(page.Record).ToList();
        if (page.Recorded.Count > 0)
        {
            var connection = (NpgsqlConnection)db.Database.GetDbConnection();
            await page.WriteAsync(connection, (NpgsqlTransaction)transaction.GetDbTransaction(), cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return results;
    }
}

/// <summary>The part of the book that one transaction works on.</summary>
internal sealed class BookPage
{
    private readonly Dictionary<CustomerProgramId, (CustomerId Customer, RunningProgram Running)> programs = [];
    private readonly Dictionary<(CustomerProgramId, string), Execution> known = [];
    private readonly HashSet<(PersonId, CustomerId)> running = [];
    private readonly Dictionary<ApiKeyId, ApiKey> keys = [];
    private IReadOnlyDictionary<LedgerAccountId, LedgerAccount> accounts = new Dictionary<LedgerAccountId, LedgerAccount>();

    private BookPage()
    {
    }

    public List<RecordedExecution> Recorded { get; } = [];

    public static async Task<BookPage> OpenAsync(NadooItDb db, IReadOnlyList<RecordingOrder> orders, CancellationToken cancellationToken)
    {
        var page = new BookPage();
        var programIds = orders.Select(order => order.Request.CustomerProgram).Distinct().ToList();
        await db.LockProgressAsync(programIds, cancellationToken);

        // Read after the lock, in a statement of its own: what another writer has just committed is seen.
        var customerPrograms = await db.CustomerPrograms.AsNoTracking().Include(program => program.TimeAccounts)
            .Where(program => programIds.Contains(program.Id)).ToListAsync(cancellationToken);
        var saved = await db.CustomerProgramProgress.AsNoTracking()
            .Where(progress => programIds.Contains(progress.CustomerProgramId))
            .ToDictionaryAsync(progress => progress.CustomerProgramId, progress => progress.Saved, cancellationToken);
        page.accounts = await db.LockAccountsAsync(customerPrograms.SelectMany(AccountsOf), cancellationToken);

        foreach (var program in customerPrograms)
        {
            page.programs[program.Id] = (program.CustomerId, new RunningProgram(
                program.CustomerId, program.Terms, program.DeactivatedAt is null, saved[program.Id], page.accounts[new(program.Id.Value)],
                [.. program.TimeAccounts.OrderBy(drawn => drawn.Position).Select(drawn => page.accounts[new(drawn.TimeAccountId.Value)])]));
        }

        await page.ReadKnownAsync(db, orders, cancellationToken);
        await page.ReadContractsAsync(db, orders, cancellationToken);
        await page.ReadKeysAsync(db, orders, cancellationToken);
        return page;
    }

    public RecordingResult Record(RecordingOrder order)
    {
        try
        {
            return RecordOrRefuse(order);
        }
        catch (Refused refused)
        {
            return new(null, false, refused);
        }
    }

    public Task WriteAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        BookWriter.WriteAsync(
            connection, transaction, Recorded,
            programs.Select(entry => (entry.Key, entry.Value.Running.Saved)),
            accounts.Values, cancellationToken);

    private static IEnumerable<LedgerAccountId> AccountsOf(CustomerProgram program) =>
        program.TimeAccounts.Select(drawn => new LedgerAccountId(drawn.TimeAccountId.Value)).Append(new(program.Id.Value));

    private RecordingResult RecordOrRefuse(RecordingOrder order)
    {
        var request = order.Request;
        var (reach, limitedTo) = request.ApiKey is { } keyId ? ReachOfKey(keyId, request) : (order.Reach, order.Programs);
        if (!programs.TryGetValue(request.CustomerProgram, out var program)
            || !reach.Includes(program.Customer)
            || (limitedTo.Count > 0 && !limitedTo.Contains(request.CustomerProgram)))
        {
            throw new Refused(OwnershipRefusals.NotFound);
        }

        // Before a repetition is answered: whose contract has run out learns nothing of what was recorded.
        if (!running.Contains((request.Person, program.Customer)))
        {
            throw new Refused(HrRefusals.NotRunning);
        }

        if (known.TryGetValue((request.CustomerProgram, request.Reference), out var before))
        {
            return before.ContentHash.AsSpan().SequenceEqual(request.ContentHash())
                ? new(before, true, null)
                : throw new Refused(ExecutionRefusals.ReferenceConflict);
        }

        var recorded = program.Running.Record(request);
        known[(request.CustomerProgram, request.Reference)] = recorded.Execution;
        Recorded.Add(recorded);
        return new(recorded.Execution, false, null);
    }

    /// <summary>Where a key may record at this moment. A key that no longer counts is refused here, whatever was checked before.</summary>
    private (Reach Reach, IReadOnlyCollection<CustomerProgramId> Programs) ReachOfKey(ApiKeyId id, ExecutionRequest request)
    {
        if (!keys.TryGetValue(id, out var key) || key.OwnerId != request.Person || !key.IsValidAt(request.RecordedAt))
        {
            throw new Refused(ApiKeyRefusals.Invalid);
        }

        return (key.Abilities.Contains(Ability.RunPrograms) ? new Reach(false, [key.CustomerId]) : Reach.Nowhere, key.CustomerPrograms);
    }

    private async Task ReadKnownAsync(NadooItDb db, IReadOnlyList<RecordingOrder> orders, CancellationToken cancellationToken)
    {
        var ids = orders.Select(order => order.Request.CustomerProgram).Distinct().ToList();
        var references = orders.Select(order => order.Request.Reference).Distinct().ToList();
        var executions = await db.Executions.AsNoTracking()
            .Where(execution => ids.Contains(execution.CustomerProgramId) && references.Contains(execution.Reference))
            .ToListAsync(cancellationToken);
        foreach (var execution in executions)
        {
            known[(execution.CustomerProgramId, execution.Reference)] = execution;
        }
    }

    private async Task ReadContractsAsync(NadooItDb db, IReadOnlyList<RecordingOrder> orders, CancellationToken cancellationToken)
    {
        var people = orders.Select(order => order.Request.Person).Distinct().ToList();
        var today = BusinessTime.DayOf(orders[0].Request.RecordedAt);
        var contracts = await db.EmployeeContracts.AsNoTracking()
            .Where(contract => people.Contains(contract.PersonId) && contract.DeactivatedAt == null)
            .ToListAsync(cancellationToken);
        running.UnionWith(contracts.Where(contract => contract.IsRunningOn(today)).Select(contract => (contract.PersonId, contract.CustomerId)));
    }

    private async Task ReadKeysAsync(NadooItDb db, IReadOnlyList<RecordingOrder> orders, CancellationToken cancellationToken)
    {
        var ids = orders.Select(order => order.Request.ApiKey).OfType<ApiKeyId>().Distinct().ToList();
        if (ids.Count == 0)
        {
            return;
        }

        var valid = await db.ApiKeys.AsNoTracking()
            .Where(key => ids.Contains(key.Id) && db.People.Any(owner => owner.Id == key.OwnerId && owner.DeactivatedAt == null))
            .ToListAsync(cancellationToken);
        foreach (var key in valid)
        {
            keys[key.Id] = key;
        }
    }
}
