using Microsoft.EntityFrameworkCore;
using NadooIt.Data.Kernel;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Keys;
using NadooIt.Domain.Notices;

namespace NadooIt.Data.Hr;

/// <summary>What waits for somebody who leaves: notices that ask for something, and proposals to recover keys.</summary>
/// <param name="db">A context in which everything is inside.</param>
/// <param name="person">Who leaves.</param>
/// <param name="customers">Only tasks of these customers; null for all, of the platform too.</param>
internal sealed class OpenTasks(NadooItDb db, PersonId person, IReadOnlyCollection<CustomerId>? customers)
{
    /// <summary>Gives what the receiver may do to him, and puts the rest aside. The caller saves.</summary>
    public async Task<(int HandedOver, int PutAside)> HandOverAsync(TaskReceiver? receiver, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (handedOver, putAside) = (0, 0);
        foreach (var (notice, customer) in await NoticesAsync(cancellationToken))
        {
            if (receiver is not null && await IsHisAsync(receiver, notice, customer, cancellationToken))
            {
                handedOver++;
                var knows = await db.Notices.AnyAsync(
                    other => other.PersonId == receiver.Person && other.Kind == notice.Kind && other.Subject == notice.Subject && other.DoneAt == null, cancellationToken);
                if (!knows)
                {
                    db.Add(Notice.Tell(receiver.Person, notice.Kind, notice.Subject, notice.Words, now));
                }
            }
            else
            {
                putAside++;
            }

            notice.Finish(now);
        }

        if (customers is null)
        {
            var (given, withdrawn) = await RecoveriesAsync(receiver, now, cancellationToken);
            (handedOver, putAside) = (handedOver + given, putAside + withdrawn);
        }

        return (handedOver, putAside);
    }

    /// <summary>Proposals that wait for a second key manager go to another one, else they are withdrawn.</summary>
    private async Task<(int HandedOver, int Withdrawn)> RecoveriesAsync(TaskReceiver? receiver, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var proposed = await db.KeyRecoveries
            .Where(recovery => recovery.ProposedBy == person && recovery.CompletedAt == null && recovery.VetoedAt == null && recovery.WithdrawnAt == null)
            .ToListAsync(cancellationToken);
        var waiting = proposed.Where(recovery => recovery.StateAt(now) == KeyRecoveryState.Proposed).ToList();
        var mayPropose = receiver?.Grants.Holds(Ability.CreateKeys) == true;
        var handedOver = 0;
        foreach (var recovery in waiting)
        {
            if (mayPropose && recovery.PersonId != receiver!.Person)
            {
                recovery.HandOver(receiver.Person, now);
                handedOver++;
            }
            else
            {
                recovery.Withdraw(now);
            }
        }

        return (handedOver, waiting.Count - handedOver);
    }

    /// <summary>Open notices that ask for something, each with the customer that it is about; null for the platform.</summary>
    private async Task<List<(Notice Notice, CustomerId? Customer)>> NoticesAsync(CancellationToken cancellationToken)
    {
        var open = await db.Notices.Where(notice => notice.PersonId == person && notice.DoneAt == null).ToListAsync(cancellationToken);
        var subjects = open.Select(notice => notice.Subject).OfType<Guid>().ToList();
        var about = new Dictionary<Guid, CustomerId>();
        var accounts = subjects.Select(TimeAccountId.From).ToList();
        foreach (var row in await db.TimeAccounts.Where(account => accounts.Contains(account.Id)).Select(account => new { account.Id, account.CustomerId }).ToListAsync(cancellationToken))
        {
            about[row.Id.Value] = row.CustomerId;
        }

        var programs = subjects.Select(CustomerProgramId.From).ToList();
        foreach (var row in await db.CustomerPrograms.Where(program => programs.Contains(program.Id)).Select(program => new { program.Id, program.CustomerId }).ToListAsync(cancellationToken))
        {
            about[row.Id.Value] = row.CustomerId;
        }

        var endpoints = subjects.Select(WebhookEndpointId.From).ToList();
        foreach (var row in await db.WebhookEndpoints.Where(endpoint => endpoints.Contains(endpoint.Id)).Select(endpoint => new { endpoint.Id, endpoint.CustomerId }).ToListAsync(cancellationToken))
        {
            about[row.Id.Value] = row.CustomerId;
        }

        var requests = subjects.Select(AccessRequestId.From).ToList();
        foreach (var row in await db.AccessRequests.Where(request => requests.Contains(request.Id)).Select(request => new { request.Id, request.CustomerId }).ToListAsync(cancellationToken))
        {
            about[row.Id.Value] = row.CustomerId;
        }

        var complaints = subjects.Select(ComplaintId.From).ToList();
        foreach (var row in await db.Complaints.Where(complaint => complaints.Contains(complaint.Id)).Select(complaint => new { complaint.Id, complaint.CustomerId }).ToListAsync(cancellationToken))
        {
            about[row.Id.Value] = row.CustomerId;
        }

        var contracts = subjects.Select(EmployeeContractId.From).ToList();
        foreach (var row in await db.EmployeeContracts.Where(contract => contracts.Contains(contract.Id)).Select(contract => new { contract.Id, contract.CustomerId }).ToListAsync(cancellationToken))
        {
            about[row.Id.Value] = row.CustomerId;
        }

        var roles = subjects.Select(RoleContractId.From).ToList();
        foreach (var row in await db.RoleContracts.Where(role => roles.Contains(role.Id)).Select(role => new { role.Id, role.CustomerId }).ToListAsync(cancellationToken))
        {
            about[row.Id.Value] = row.CustomerId;
        }

        return
        [
            .. from notice in open
               let customer = notice.Subject is { } subject && about.TryGetValue(subject, out var found) ? found : default(CustomerId?)
               where customers is null || (customer is { } place && customers.Contains(place))
               select (notice, customer),
        ];
    }

    /// <summary>Nobody learns by a task what he could not see himself.</summary>
    private async Task<bool> IsHisAsync(TaskReceiver receiver, Notice notice, CustomerId? customer, CancellationToken cancellationToken)
    {
        return notice.Kind switch
        {
            NoticeKind.TimeAccountLow => Holds(Ability.ViewTimeAccounts),
            NoticeKind.BudgetReached => Holds(Ability.ViewCustomerPrograms),
            NoticeKind.WebhookDisabled => Holds(Ability.ViewApiKeys),
            NoticeKind.ContractEnds => Holds(Ability.AddEmployees),
            NoticeKind.RoleEnds => customer is { } place && GivingRoles.MayGive(receiver.Grants, Enum.Parse<Role>(notice.Words[3]), place, place == receiver.Home),
            NoticeKind.LedgerDoesNotFit => receiver.Grants.Holds(Ability.RunPlatform),
            NoticeKind.ComplaintFiled => Holds(Ability.MarkPayments),
            NoticeKind.AccessAsked => await MayGrantAsync(),
            _ => false,
        };

        bool Holds(Ability ability) => customer is { } place && receiver.Grants.Of(ability).Includes(place);

        async Task<bool> MayGrantAsync()
        {
            var id = new AccessRequestId(notice.Subject!.Value);
            var request = await db.AccessRequests.AsNoTracking().SingleAsync(found => found.Id == id, cancellationToken);
            return request.PersonId != receiver.Person && GivingRoles.MayGive(receiver.Grants, request.Ability, request.CustomerId, request.CustomerId == receiver.Home);
        }
    }
}
