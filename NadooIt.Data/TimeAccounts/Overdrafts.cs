using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.TimeAccounts;

namespace NadooIt.Data.TimeAccounts;

/// <summary>Who may lend time: an overdraft lets executions go unbilled, so it is for who sells time.</summary>
internal static class Overdrafts
{
    /// <exception cref="Refused">The overdraft grows and the caller does not sell time.</exception>
    public static void Check(NadooItDb db, CustomerId customer, Seconds overdraft, Seconds before)
    {
        if (TimeAccount.IsLent(overdraft, before) && !db.Fence.Grants.Of(Ability.SellTime).Includes(customer))
        {
            throw new Refused(TimeAccountRefusals.OverdraftNotAllowed);
        }
    }
}
