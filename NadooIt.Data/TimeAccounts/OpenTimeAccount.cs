using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Crm;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Ledger;
using NadooIt.Domain.TimeAccounts;

namespace NadooIt.Data.TimeAccounts;

/// <summary>Opens a time account with balance zero, and the ledger account that holds its balance.</summary>
public sealed class OpenTimeAccount(Access access, TimeProvider clock)
{
    /// <summary>What is opened.</summary>
    /// <param name="Customer">For whom.</param>
    /// <param name="Name">1 to 200 characters.</param>
    /// <param name="Overdraft">Seconds below zero that are allowed; more than 0 needs the ability to sell time.</param>
    /// <param name="WarnBelow">Seconds below which people are warned; null for no warning.</param>
    /// <param name="WarnDays">Days before it is used up at the present pace on which people are warned, 1 to 365; null for no warning.</param>
    public sealed record Input(CustomerId Customer, string Name, Seconds Overdraft, Seconds? WarnBelow, int? WarnDays = null);

    /// <summary>Opens it and returns its id.</summary>
    /// <exception cref="Refused">Unknown or archived customer, details out of range, or an overdraft that the caller may not grant.</exception>
    public async Task<TimeAccountId> RunAsync(Input input, CancellationToken cancellationToken)
    {
        await using var db = await access.OpenAsync(Ability.OpenTimeAccounts, cancellationToken);
        var customer = await db.Customers.SingleOrDefaultAsync(customer => customer.Id == input.Customer, cancellationToken)
            ?? throw new Refused(CommonRefusals.NotFound);
        if (customer.ArchivedAt is not null)
        {
            throw new Refused(CrmRefusals.Archived);
        }

        var account = TimeAccount.Open(customer.Id, input.Name, input.Overdraft, input.WarnBelow, clock.GetUtcNow(), input.WarnDays);
        Overdrafts.Check(db, customer.Id, input.Overdraft, Seconds.Zero);
        db.AddRange(
            account,
            LedgerAccount.Open(account.LedgerAccountId, customer.Id, LedgerAccountKind.PrepaidTime, -input.Overdraft.Value));
        await db.SaveChangesAsync(cancellationToken);
        return account.Id;
    }
}
