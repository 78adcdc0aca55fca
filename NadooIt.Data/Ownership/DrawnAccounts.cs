using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.TimeAccounts;

namespace NadooIt.Data.Ownership;

/// <summary>Which time accounts a customer program may draw from.</summary>
internal static class DrawnAccounts
{
    /// <summary>All of the customer, and open unless they were drawn from before.</summary>
    /// <exception cref="Refused">One of them is closed, unknown, or of somebody else.</exception>
    public static async Task CheckDrawnAsync(
        this NadooItDb db, CustomerId customer, IReadOnlyCollection<TimeAccountId> accounts, IReadOnlyCollection<TimeAccountId> before, CancellationToken cancellationToken)
    {
        var found = await db.TimeAccounts.AsNoTracking()
            .Where(account => accounts.Contains(account.Id) && account.CustomerId == customer)
            .ToListAsync(cancellationToken);
        if (found.Count != accounts.Distinct().Count())
        {
            throw new Refused(CommonRefusals.NotFound);
        }

        if (found.Any(account => account.ClosedAt is not null && !before.Contains(account.Id)))
        {
            throw new Refused(TimeAccountRefusals.Closed);
        }
    }
}
