using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Programs;

/// <summary>Where a program is used, as far as the caller may see the customers' programs.</summary>
public sealed class ListProgramUses(Access access)
{
    /// <summary>Most uses that are shown.</summary>
    public const int Most = 200;

    /// <summary>One customer program made of it.</summary>
    public sealed record Row(CustomerProgramId Id, CustomerId Customer, string CustomerName, DateTimeOffset CreatedAt, DateTimeOffset? DeactivatedAt);

    /// <summary>Lists at most <see cref="Most"/>.</summary>
    public async Task<IReadOnlyList<Row>> RunAsync(ProgramId program, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ViewCustomerPrograms, cancellationToken);
        return await (
            from use in db.CustomerPrograms
            join customer in db.Customers on use.CustomerId equals customer.Id
            where use.ProgramId == program
            orderby customer.Name, use.Id
            select new Row(use.Id, customer.Id, customer.Name, use.CreatedAt, use.DeactivatedAt))
            .Take(Most)
            .ToListAsync(cancellationToken);
    }
}
