using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Crm;

/// <summary>What everybody with a running contract knows of a customer: its name, and the own contracts there.</summary>
public sealed class ReadCustomer(Access access, TimeProvider clock)
{
    /// <summary>The customer.</summary>
    public sealed record Result(CustomerId Id, string Name, bool IsOperator, bool IsSample, DateTimeOffset? ArchivedAt, IReadOnlyList<OwnContract> OwnContracts);

    /// <summary>A contract of the caller with this customer.</summary>
    public sealed record OwnContract(EmployeeContractId Id, DateOnly StartsOn, DateOnly? EndsOn, ContractState State);

    /// <summary>Reads.</summary>
    /// <exception cref="Refused">It does not exist within the caller's reach.</exception>
    public async Task<Result> RunAsync(CustomerId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.SeeCustomer, cancellationToken);
        var me = access.Caller.Person;
        var today = BusinessTime.DayOf(clock.GetUtcNow());
        var customer = await db.Customers.SingleOrDefaultAsync(found => found.Id == id, cancellationToken) ?? throw new Refused(CommonRefusals.NotFound);
        var own = await db.EmployeeContracts.Where(contract => contract.CustomerId == id && contract.PersonId == me)
            .OrderByDescending(contract => contract.StartsOn).ThenByDescending(contract => contract.Id).Take(PageRequest.LargestSize)
            .Select(contract => new OwnContract(
                contract.Id, contract.StartsOn, contract.EndsOn,
                EmployeeContract.StateOn(today, contract.StartsOn, contract.EndsOn, contract.DeactivatedAt)))
            .ToListAsync(cancellationToken);
        return new(customer.Id, customer.Name, customer.IsOperator, customer.IsSample, customer.ArchivedAt, own);
    }
}
