using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Complaints;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Complaints;

/// <summary>The complaints within reach, the undecided ones first.</summary>
public sealed class ListComplaints(Access access)
{
    /// <summary>Which complaints.</summary>
    /// <param name="Customer">Of one customer; null for all within reach.</param>
    /// <param name="States">How they stand; empty for all.</param>
    /// <param name="Page">Which page; the oldest come first while they are undecided.</param>
    public sealed record Input(CustomerId? Customer, IReadOnlyList<ComplaintStatus> States, PageRequest Page);

    /// <summary>A complaint.</summary>
    /// <param name="Complaint">The complaint.</param>
    /// <param name="CustomerName">Name of the customer.</param>
    /// <param name="ProgramName">Name of the program.</param>
    /// <param name="Reference">The execution's reference.</param>
    /// <param name="Price">The execution's price in euro.</param>
    /// <param name="Prepaid">Seconds that the execution took from prepaid time.</param>
    /// <param name="FiledBy">Display name of who filed it.</param>
    public sealed record Row(Complaint Complaint, string CustomerName, string ProgramName, string Reference, Money Price, Seconds Prepaid, string FiledBy);

    /// <summary>Lists.</summary>
    public async Task<Page<Row>> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewExecutions, cancellationToken);
        var states = input.States.ToList();
        var page = await db.Complaints.AsNoTracking()
            .Where(complaint => input.Customer == null || complaint.CustomerId == input.Customer)
            .Where(complaint => states.Count == 0 || states.Contains(complaint.Status))
            .OrderBy(complaint => complaint.DecidedAt != null).ThenByDescending(complaint => complaint.DecidedAt).ThenBy(complaint => complaint.Id)
            .ToPageAsync(input.Page, cancellationToken);
        var executions = page.Rows.Select(complaint => complaint.ExecutionId).Distinct().ToList();
        var facts = await (
            from execution in db.Executions
            join owned in db.CustomerPrograms on execution.CustomerProgramId equals owned.Id
            join program in db.Programs on owned.ProgramId equals program.Id
            join customer in db.Customers on execution.CustomerId equals customer.Id
            where executions.Contains(execution.Id)
            select new { execution.Id, execution.Reference, execution.Price, execution.Prepaid, Program = program.Name, Customer = customer.Name })
            .ToDictionaryAsync(execution => execution.Id, cancellationToken);
        var people = page.Rows.Select(complaint => complaint.FiledBy).Distinct().ToList();
        var names = await db.PersonNames.Where(person => people.Contains(person.Id)).ToDictionaryAsync(person => person.Id, person => person.DisplayName, cancellationToken);
        return new(
            [
                .. from complaint in page.Rows
                   let execution = facts[complaint.ExecutionId]
                   select new Row(
                       complaint, execution.Customer, execution.Program, execution.Reference, execution.Price, execution.Prepaid,
                       names.GetValueOrDefault(complaint.FiledBy, "")),
            ],
            page.Total, page.Request);
    }
}
