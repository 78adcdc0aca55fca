using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>One execution as lists and exports show it.</summary>
/// <param name="Id">Identifier.</param>
/// <param name="OccurredAt">When the program ran.</param>
/// <param name="RecordedAt">When it was recorded.</param>
/// <param name="Customer">Name of the customer.</param>
/// <param name="CustomerProgramId">The customer program.</param>
/// <param name="Program">Name of the program.</param>
/// <param name="Person">Display name of who ran it.</param>
/// <param name="Reference">The client's reference.</param>
/// <param name="OrderReference">The customer's order, if given.</param>
/// <param name="Saved">Seconds saved.</param>
/// <param name="Prepaid">Of these, seconds taken from prepaid time.</param>
/// <param name="Billed">Of these, seconds billed.</param>
/// <param name="Rate">Euro per second.</param>
/// <param name="Price">Euro, six decimals.</param>
/// <param name="Status">How it stands.</param>
public sealed record ExecutionRow(
    ExecutionId Id, DateTimeOffset OccurredAt, DateTimeOffset RecordedAt, string Customer, CustomerProgramId CustomerProgramId, string Program,
    string Person, string Reference, string? OrderReference, Seconds Saved, Seconds Prepaid, Seconds Billed, PricePerSecond Rate, Money Price, ExecutionStatus Status);

/// <summary>The names that belong to executions, each read once: they are few, the executions are many.</summary>
internal sealed class ExecutionNames(NadooItDb db)
{
    private readonly Dictionary<CustomerProgramId, (string Customer, string Program)> programs = [];
    private readonly Dictionary<PersonId, string> people = [];

    /// <summary>Executions as rows.</summary>
    public async Task<IReadOnlyList<ExecutionRow>> RowsAsync(IReadOnlyList<Execution> executions, CancellationToken cancellationToken)
    {
        await ReadAsync(executions, cancellationToken);
        return [.. executions.Select(Row)];
    }

    private async Task ReadAsync(IReadOnlyList<Execution> executions, CancellationToken cancellationToken)
    {
        var newPrograms = executions.Select(row => row.CustomerProgramId).Where(id => !programs.ContainsKey(id)).Distinct().ToList();
        if (newPrograms.Count > 0)
        {
            var named = await db.CustomerPrograms.Where(program => newPrograms.Contains(program.Id))
                .Select(program => new
                {
                    program.Id,
                    Customer = db.Customers.Where(customer => customer.Id == program.CustomerId).Select(customer => customer.Name).Single(),
                    Program = db.Programs.Where(catalogue => catalogue.Id == program.ProgramId).Select(catalogue => catalogue.Name).Single(),
                })
                .ToListAsync(cancellationToken);
            named.ForEach(program => programs[program.Id] = (program.Customer, program.Program));
        }

        var newPeople = executions.Select(row => row.PersonId).Where(id => !people.ContainsKey(id)).Distinct().ToList();
        if (newPeople.Count > 0)
        {
            var named = await db.PersonNames.Where(person => newPeople.Contains(person.Id))
                .Select(person => new { person.Id, person.DisplayName }).ToListAsync(cancellationToken);
            named.ForEach(person => people[person.Id] = person.DisplayName);
        }
    }

    private ExecutionRow Row(Execution execution) => new(
        execution.Id, execution.OccurredAt, execution.RecordedAt, programs[execution.CustomerProgramId].Customer, execution.CustomerProgramId,
        programs[execution.CustomerProgramId].Program, people.GetValueOrDefault(execution.PersonId, ""), execution.Reference, execution.OrderReference,
        execution.Saved, execution.Prepaid, execution.Billed, execution.Rate, execution.Price, execution.Status);
}
