using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Complaints;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Complaints;

/// <summary>One complaint with its execution and everything that happened to it.</summary>
public sealed class ReadComplaint(Access access)
{
    /// <summary>The complaint.</summary>
    /// <param name="Complaint">The complaint.</param>
    /// <param name="Execution">The execution that it is about, as it stands now.</param>
    /// <param name="CustomerName">Name of the customer.</param>
    /// <param name="ProgramName">Name of the program.</param>
    /// <param name="FiledBy">Display name of who filed it.</param>
    /// <param name="Steps">What happened, the latest first.</param>
    /// <param name="IsOwnSide">Whether the caller speaks for the customer.</param>
    /// <param name="IsFiler">Whether the caller filed it.</param>
    public sealed record Result(
        Complaint Complaint, Execution Execution, string CustomerName, string ProgramName, string FiledBy, IReadOnlyList<Step> Steps, bool IsOwnSide, bool IsFiler);

    /// <summary>One change.</summary>
    /// <param name="Record">The change.</param>
    /// <param name="By">Display name of who did it.</param>
    /// <param name="IsByOperator">Whether it was done under a contract with the operator, not with the customer.</param>
    public sealed record Step(ComplaintStep Record, string By, bool IsByOperator);

    /// <summary>Reads.</summary>
    /// <exception cref="Refused">Unknown, or not within reach.</exception>
    public async Task<Result> RunAsync(ComplaintId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewExecutions, cancellationToken);
        var complaint = await db.Complaints.AsNoTracking().SingleOrDefaultAsync(found => found.Id == id, cancellationToken)
            ?? throw new Refused(ComplaintRefusals.NotFound);
        var execution = await db.Executions.AsNoTracking().SingleAsync(found => found.Id == complaint.ExecutionId, cancellationToken);
        var program = await db.CustomerPrograms.Where(owned => owned.Id == execution.CustomerProgramId)
            .SelectMany(owned => db.Programs.Where(catalogue => catalogue.Id == owned.ProgramId)).Select(catalogue => catalogue.Name).SingleAsync(cancellationToken);
        var customer = await db.Customers.Where(found => found.Id == complaint.CustomerId).Select(found => found.Name).SingleAsync(cancellationToken);
        var steps = await db.ComplaintSteps.AsNoTracking().Where(step => step.ComplaintId == id).OrderByDescending(step => step.Number)
            .Select(step => new
            {
                Record = step,
                By = db.PersonNames.Where(person => person.Id == step.By).Select(person => person.DisplayName).FirstOrDefault(),
                // A contract that is none with this customer is one with the operator.
                IsOwn = db.EmployeeContracts.Any(contract => contract.Id == step.ContractId && contract.CustomerId == step.CustomerId),
            })
            .ToListAsync(cancellationToken);
        var filer = await db.PersonNames.Where(person => person.Id == complaint.FiledBy).Select(person => person.DisplayName).FirstOrDefaultAsync(cancellationToken);
        var me = access.Caller.Person;
        return new(
            complaint, execution, customer, program, filer ?? "", [.. steps.Select(step => new Step(step.Record, step.By ?? "", !step.IsOwn))],
            complaint.IsOwnSide(db.Fence.Grants, me), complaint.FiledBy == me);
    }
}
