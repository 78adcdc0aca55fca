using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Hr;

/// <summary>Reads contracts and explains what they grant.</summary>
internal static class GrantReasons
{
    /// <summary>Most contracts that one explanation reads.</summary>
    private const int MostContracts = 2000;

    /// <summary>What the chosen contracts grant at one customer; matters of the whole platform only at NADOO itself.</summary>
    public static async Task<List<GrantReason>> AtAsync(
        NadooItDb db, CustomerId customer, Expression<Func<EmployeeContract, bool>> which, DateOnly today, CancellationToken cancellationToken)
    {
        var operators = await db.Customers.Where(candidate => candidate.IsOperator).Select(candidate => candidate.Id).ToListAsync(cancellationToken);
        var contracts = await db.EmployeeContracts.AsNoTracking()
            .Where(contract => contract.CustomerId == customer || operators.Contains(contract.CustomerId))
            .Where(which)
            .Include(contract => contract.Roles).ThenInclude(role => role.Abilities)
            .OrderBy(contract => contract.Id)
            .Take(MostContracts)
            .ToListAsync(cancellationToken);
        var grants = HeldContracts.GrantsOf(contracts, operators, today);
        var givers = await Givers.OfAsync(db, contracts, cancellationToken);
        var atOperator = operators.Contains(customer);
        return [.. GrantReason.Of(grants, contracts, givers)
            .Where(reason => reason.Everywhere || contracts.First(contract => contract.Id == reason.Contract).CustomerId == customer)
            .Where(reason => atOperator || !Roles.IsOperatorAbility(reason.Ability))];
    }
}
