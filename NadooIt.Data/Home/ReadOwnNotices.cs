using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Data.Keys;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Home;

/// <summary>What the caller's own account needs: keys and contracts.</summary>
public sealed class ReadOwnNotices(Access access, TimeProvider clock)
{
    /// <summary>So many days before its end a contract is mentioned.</summary>
    public const int DaysAhead = 30;

    /// <summary>What stands out.</summary>
    /// <param name="DisplayName">The caller's name.</param>
    /// <param name="Keys">How many security keys the caller has.</param>
    /// <param name="RunningContracts">How many contracts of the caller run today.</param>
    /// <param name="Ending">Contracts of the caller that end soon, the first to end first.</param>
    /// <param name="IsBeingRecovered">Whether somebody wants to give the caller's access a new key.</param>
    public sealed record Result(string DisplayName, int Keys, int RunningContracts, IReadOnlyList<EndingContract> Ending, bool IsBeingRecovered);

    /// <summary>A contract that ends soon.</summary>
    /// <param name="Id">The contract.</param>
    /// <param name="Customer">Name of the customer.</param>
    /// <param name="EndsOn">Its last day.</param>
    public sealed record EndingContract(EmployeeContractId Id, string Customer, DateOnly EndsOn);

    /// <summary>Reads.</summary>
    public async Task<Result> RunAsync(CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.ManageOwnAccount, cancellationToken);
        var me = access.Caller.Person;
        var today = BusinessTime.DayOf(clock.GetUtcNow());
        var name = await db.People.Where(person => person.Id == me).Select(person => person.DisplayName).SingleAsync(cancellationToken);
        var keys = await db.SecurityKeys.CountAsync(key => key.PersonId == me && key.RemovedAt == null, cancellationToken);
        var running = db.EmployeeContracts.Where(contract =>
            contract.PersonId == me && contract.DeactivatedAt == null && contract.StartsOn <= today && (contract.EndsOn == null || contract.EndsOn >= today));
        var count = await running.CountAsync(cancellationToken);
        var soon = today.AddDays(DaysAhead);
        var ending = await (
            from contract in running
            where contract.EndsOn <= soon
            join customer in db.Customers on contract.CustomerId equals customer.Id
            orderby contract.EndsOn, contract.Id
            select new EndingContract(contract.Id, customer.Name, contract.EndsOn!.Value)).ToListAsync(cancellationToken);
        var recovery = await db.OpenRecoveryAsync(me, clock.GetUtcNow(), cancellationToken);
        return new(name, keys, count, ending, recovery is not null);
    }
}
