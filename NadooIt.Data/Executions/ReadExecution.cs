using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.Ownership;
using NadooIt.Domain.TimeAccounts;

namespace NadooIt.Data.Executions;

/// <summary>One execution with everything that its figures follow from.</summary>
public sealed class ReadExecution(Access access)
{
    /// <summary>An execution.</summary>
    /// <param name="Facts">What was stored, for ever.</param>
    /// <param name="Customer">Name of the customer.</param>
    /// <param name="Program">Name of the program.</param>
    /// <param name="Person">Display name of who ran it.</param>
    /// <param name="ApiKey">Name of the API key; null when recorded by hand.</param>
    /// <param name="Contract">The person's contract with the customer, for a link.</param>
    /// <param name="Step">The step of the ladder that gave the rate; null for a fixed price.</param>
    /// <param name="Lines">Its lines of the ledger, in the order of booking.</param>
    /// <param name="Records">What was done about it later, the latest first.</param>
    /// <param name="Complaint">The latest complaint about it; null when there was none.</param>
    public sealed record Result(
        Execution Facts, string Customer, string Program, string Person, string? ApiKey, EmployeeContractId? Contract, LadderStep? Step, IReadOnlyList<Line> Lines,
        IReadOnlyList<Done> Records, ComplaintId? Complaint);

    /// <summary>One line of the ledger.</summary>
    /// <param name="Transfer">What moved.</param>
    /// <param name="TimeAccount">The time account that it moved on; null for money.</param>
    /// <param name="TimeAccountName">Its name.</param>
    /// <param name="BookedBy">Display name of who booked it.</param>
    public sealed record Line(Transfer Transfer, TimeAccountId? TimeAccount, string? TimeAccountName, string BookedBy);

    /// <summary>A payment, reversal or refund.</summary>
    /// <param name="Record">The record.</param>
    /// <param name="By">Display name of who did it.</param>
    /// <param name="IsByOperator">Whether it was done under a contract with the operator, not with the customer.</param>
    /// <param name="ApiKey">Name of the API key; null for a person in a browser.</param>
    public sealed record Done(StatusRecord Record, string By, bool IsByOperator, string? ApiKey);

    /// <summary>Reads.</summary>
    /// <exception cref="Refused">Unknown, or not within reach.</exception>
    public async Task<Result> RunAsync(ExecutionId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewExecutions, cancellationToken);
        var found = await db.Executions.AsNoTracking().Where(execution => execution.Id == id)
            .Select(execution => new
            {
                Facts = execution,
                Customer = db.Customers.Where(customer => customer.Id == execution.CustomerId).Select(customer => customer.Name).Single(),
                Program = db.CustomerPrograms.Where(program => program.Id == execution.CustomerProgramId)
                    .SelectMany(program => db.Programs.Where(catalogue => catalogue.Id == program.ProgramId)).Select(catalogue => catalogue.Name).Single(),
                Person = db.PersonNames.Where(person => person.Id == execution.PersonId).Select(person => person.DisplayName).FirstOrDefault(),
                ApiKey = db.ApiKeys.Where(key => key.Id == execution.ApiKeyId).Select(key => key.Name).FirstOrDefault(),
            })
            .SingleOrDefaultAsync(cancellationToken) ?? throw new Refused(ExecutionRefusals.NotFound);
        var facts = found.Facts;
        var contract = await db.EmployeeContracts
            .Where(candidate => candidate.PersonId == facts.PersonId && candidate.CustomerId == facts.CustomerId)
            .OrderByDescending(candidate => candidate.Id).Select(candidate => (EmployeeContractId?)candidate.Id).FirstOrDefaultAsync(cancellationToken);
        return new(
            facts, found.Customer, found.Program, found.Person ?? "", found.ApiKey, contract,
            facts.PriceMode == PriceMode.Dynamic ? PriceLadder.StepAt(facts.SavedBefore) : null,
            await LinesAsync(db, id, cancellationToken),
            await RecordsAsync(db, id, cancellationToken),
            await db.Complaints.Where(complaint => complaint.ExecutionId == id).OrderByDescending(complaint => complaint.Id)
                .Select(complaint => (ComplaintId?)complaint.Id).FirstOrDefaultAsync(cancellationToken));
    }

    private static async Task<IReadOnlyList<Done>> RecordsAsync(NadooItDb db, ExecutionId id, CancellationToken cancellationToken)
    {
        var records = await db.StatusRecords.AsNoTracking().Where(record => record.ExecutionId == id)
            .OrderByDescending(record => record.At).ThenByDescending(record => record.Kind)
            .Select(record => new
            {
                Record = record,
                By = db.PersonNames.Where(person => person.Id == record.By).Select(person => person.DisplayName).FirstOrDefault(),
                // A contract that is none with this customer is one with the operator.
                IsOwn = db.EmployeeContracts.Any(contract => contract.Id == record.ContractId && contract.CustomerId == record.CustomerId),
                ApiKey = db.ApiKeys.Where(key => key.Id == record.ApiKeyId).Select(key => key.Name).FirstOrDefault(),
            })
            .ToListAsync(cancellationToken);
        return [.. records.Select(found => new Done(found.Record, found.By ?? "", !found.IsOwn, found.ApiKey))];
    }

    private static async Task<IReadOnlyList<Line>> LinesAsync(NadooItDb db, ExecutionId id, CancellationToken cancellationToken)
    {
        var transfers = await db.Transfers.AsNoTracking().Where(transfer => transfer.ExecutionId == id)
            .OrderBy(transfer => transfer.BookedAt).ThenBy(transfer => transfer.Id).ToListAsync(cancellationToken);
        var accounts = transfers.Where(transfer => transfer.Unit == LedgerUnit.Second).Select(transfer => new TimeAccountId(transfer.ChainAccountId.Value)).ToList();
        var names = await db.TimeAccounts.Where(account => accounts.Contains(account.Id)).ToDictionaryAsync(account => account.Id, account => account.Name, cancellationToken);
        var bookers = transfers.Select(transfer => transfer.BookedBy).Distinct().ToList();
        var people = await db.PersonNames.Where(person => bookers.Contains(person.Id)).ToDictionaryAsync(person => person.Id, person => person.DisplayName, cancellationToken);
        return [.. from transfer in transfers
            let account = transfer.Unit == LedgerUnit.Second ? new TimeAccountId(transfer.ChainAccountId.Value) : (TimeAccountId?)null
            select new Line(
                transfer, account, account is { } known ? names.GetValueOrDefault(known) : null, people.GetValueOrDefault(transfer.BookedBy, ""))];
    }
}
