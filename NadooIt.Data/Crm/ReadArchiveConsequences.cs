using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;

namespace NadooIt.Data.Crm;

/// <summary>What goes on although a customer is archived, to be shown before.</summary>
public sealed class ReadArchiveConsequences(Access access, TimeProvider clock)
{
    /// <summary>What goes on until it is ended itself.</summary>
    /// <param name="Contracts">Running employee contracts.</param>
    /// <param name="Programs">Active customer programs.</param>
    /// <param name="Keys">Working API keys.</param>
    public sealed record Result(int Contracts, int Programs, int Keys);

    /// <summary>Counts.</summary>
    /// <exception cref="Refused">The customer lies outside the caller's reach.</exception>
    public async Task<Result> RunAsync(CustomerId id, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.EditCustomer, cancellationToken);
        var now = clock.GetUtcNow();
        var today = BusinessTime.DayOf(now);
        if (!await db.Customers.AnyAsync(customer => customer.Id == id, cancellationToken))
        {
            throw new Refused(CommonRefusals.NotFound);
        }

        return new(
            await db.EmployeeContracts.CountAsync(
                contract => contract.CustomerId == id && contract.DeactivatedAt == null && contract.StartsOn <= today && (contract.EndsOn == null || contract.EndsOn >= today),
                cancellationToken),
            await db.CustomerPrograms.CountAsync(program => program.CustomerId == id && program.DeactivatedAt == null, cancellationToken),
            await db.ApiKeys.CountAsync(key => key.CustomerId == id && key.RevokedAt == null && (key.ExpiresAt == null || key.ExpiresAt > now), cancellationToken));
    }
}
