using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using NadooIt.Data.Executions;
using NadooIt.Data.Hr;
using NadooIt.Data.Kernel;
using NadooIt.Data.Notices;
using NadooIt.Domain.Complaints;
using NadooIt.Domain.Executions;
using NadooIt.Domain.Hr;
using NadooIt.Domain.Kernel;
using NadooIt.Domain.Notices;

namespace NadooIt.Data.Complaints;

/// <summary>
/// A complaint with its execution under the lock that recording and paying take: of two people who decide at once the second
/// finds what the first decided. What happens to the execution, the complaint's step and what is told about it are one
/// transaction. It works in a context in which everything is inside, and therefore asks itself what the caller may do.
/// </summary>
internal sealed class ComplaintBook : IAsyncDisposable
{
    private const int MostTold = 300;

    private readonly NadooItDb db;
    private readonly Access access;
    private readonly IDbContextTransaction transaction;
    private readonly StatusBook book;
    private readonly Ability ability;
    private readonly DateTimeOffset now;

    private ComplaintBook(NadooItDb db, Access access, IDbContextTransaction transaction, StatusBook book, Ability ability, DateTimeOffset now) =>
        (this.db, this.access, this.transaction, this.book, this.ability, this.now) = (db, access, transaction, book, ability, now);

    /// <summary>The execution.</summary>
    public Execution Execution => book.Executions.Single();

    /// <summary>The complaint; not yet there while one is being filed.</summary>
    public Complaint Complaint { get; private set; } = null!;

    /// <summary>Locks an execution, to file a complaint about it.</summary>
    /// <exception cref="Refused">Unknown, or not within reach.</exception>
    public static async Task<ComplaintBook> OpenAsync(NadooItDb db, Access access, ExecutionId id, Ability ability, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var customer = await db.Executions.Where(execution => execution.Id == id).Select(execution => (CustomerId?)execution.CustomerId).SingleOrDefaultAsync(cancellationToken);
        if (customer is not { } place || !db.Fence.Grants.Of(ability).Includes(place))
        {
            throw new Refused(ExecutionRefusals.NotFound);
        }

        var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        return new(db, access, transaction, await StatusBook.OpenAsync(db, [id], cancellationToken), ability, now);
    }

    /// <summary>Locks a complaint's execution and reads the complaint as it stands then.</summary>
    /// <exception cref="Refused">Unknown, or not within reach.</exception>
    public static async Task<ComplaintBook> OpenAsync(NadooItDb db, Access access, ComplaintId id, Ability ability, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var found = await db.Complaints.Where(complaint => complaint.Id == id).Select(complaint => new { complaint.ExecutionId, complaint.CustomerId }).SingleOrDefaultAsync(cancellationToken);
        if (found is null || !db.Fence.Grants.Of(ability).Includes(found.CustomerId))
        {
            throw new Refused(ComplaintRefusals.NotFound);
        }

        var opened = await OpenAsync(db, access, found.ExecutionId, ability, now, cancellationToken);
        opened.Complaint = await db.Complaints.SingleAsync(complaint => complaint.Id == id, cancellationToken);
        return opened;
    }

    /// <summary>The caller's act, under the contract that grants the ability at the execution's customer.</summary>
    public Act Act(string? reason) => access.Under(db.Fence.Grants, ability, Execution.CustomerId, now, reason);

    /// <summary>Only the customer's side does what comes next.</summary>
    /// <exception cref="Refused">The caller is on NADOO's side.</exception>
    public void RequireOwnSide()
    {
        if (!Complaint.IsOwnSide(db.Fence.Grants, access.Caller.Person))
        {
            throw new Refused(ComplaintRefusals.OwnSideOnly);
        }
    }

    /// <summary>Takes in a new complaint with its first step.</summary>
    public void Add(Complaint complaint, Act act)
    {
        Complaint = complaint;
        db.Add(complaint);
        db.Add(ComplaintStep.First(complaint, act));
    }

    /// <summary>Takes in a change of the complaint.</summary>
    public void Add(ComplaintStep step) => db.Add(step);

    /// <summary>Does something to the execution.</summary>
    public void Do(Func<BookedExecution, StatusChange> act) => book.Do(Execution, act);

    /// <summary>NADOO has to act: whoever decides complaints is told.</summary>
    public async Task TellOperatorAsync(string text, CancellationToken cancellationToken)
    {
        var (program, customer) = await NamesAsync(cancellationToken);
        var who = (await db.NamesAsync([access.Caller.Person], cancellationToken))[0];
        await db.TellHoldersAsync(
            Ability.MarkPayments, Complaint.CustomerId, NoticeKind.ComplaintFiled, Complaint.Id.Value, [who, program, customer, Beginning(text)], now, cancellationToken);
    }

    /// <summary>The filer is told what came of it.</summary>
    public async Task TellFilerAsync(string? reason, CancellationToken cancellationToken)
    {
        var (program, customer) = await NamesAsync(cancellationToken);
        db.Add(Notice.Tell(Complaint.FiledBy, NoticeKind.ComplaintMoved, Complaint.Id.Value, [Complaint.Status.ToString(), program, customer, reason ?? ""], now));
    }

    /// <summary>NADOO needs to act no more: what it was told is put aside.</summary>
    public async Task FinishNoticesAsync(CancellationToken cancellationToken)
    {
        var told = await db.Notices
            .Where(notice => notice.Kind == NoticeKind.ComplaintFiled && notice.Subject == Complaint.Id.Value && notice.DoneAt == null).ToListAsync(cancellationToken);
        told.ForEach(notice => notice.Finish(now));
    }

    /// <summary>Writes everything and commits.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        await book.SaveAsync(cancellationToken);
        await db.NotifyExecutionsAsync(Complaint.CustomerId, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => transaction.DisposeAsync();

    /// <summary>As much of a text as a notice has room for.</summary>
    private static string Beginning(string text) => text.Length <= MostTold ? text : string.Concat(text.AsSpan(0, MostTold), "…");

    private async Task<(string Program, string Customer)> NamesAsync(CancellationToken cancellationToken)
    {
        var program = await (
            from owned in db.CustomerPrograms
            join catalogue in db.Programs on owned.ProgramId equals catalogue.Id
            where owned.Id == Execution.CustomerProgramId
            select catalogue.Name).SingleAsync(cancellationToken);
        return (program, await db.Customers.Where(customer => customer.Id == Execution.CustomerId).Select(customer => customer.Name).SingleAsync(cancellationToken));
    }
}
