using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Executions;

/// <summary>The active customer programs for which the caller may record executions by hand, to choose from.</summary>
public sealed class ListRunnablePrograms(Access access)
{
    /// <summary>Most that are offered.</summary>
    public const int Most = 500;

    /// <summary>A customer program.</summary>
    /// <param name="Id">Identifier.</param>
    /// <param name="Program">Name of the program.</param>
    /// <param name="Customer">Name of the customer.</param>
    /// <param name="SavedPerExecution">Seconds that a run saves when nothing else is said; 0 for no default.</param>
    /// <param name="LargestSaved">Most seconds that one execution may claim.</param>
    public sealed record Row(CustomerProgramId Id, string Program, string Customer, Seconds SavedPerExecution, Seconds LargestSaved);

    /// <summary>Lists.</summary>
    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.CreateExecutions, cancellationToken);
        return await (
            from customerProgram in db.CustomerPrograms
            where customerProgram.DeactivatedAt == null
            join program in db.Programs on customerProgram.ProgramId equals program.Id
            join customer in db.Customers on customerProgram.CustomerId equals customer.Id
            where customer.ArchivedAt == null
            orderby customer.Name, program.Name, customerProgram.Id
            select new Row(customerProgram.Id, program.Name, customer.Name, customerProgram.SavedPerExecution, customerProgram.LargestSaved))
            .Take(Most).ToListAsync(cancellationToken);
    }
}
