using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Notices;

/// <summary>What a notice is about. The values are stored; a module that tells people something adds its own.</summary>
public enum NoticeKind
{
    /// <summary>A time account runs low. Words: account, customer, balance in seconds.</summary>
    TimeAccountLow = 1,

    /// <summary>The balance check found something that does not fit. Words: what.</summary>
    LedgerDoesNotFit = 2,

    /// <summary>Messages to a customer's system fail for so long that they are not sent any more. Words: address, customer.</summary>
    WebhookDisabled = 3,

    /// <summary>An API key ends soon. Words: name of the key, customer, the moment (ISO 8601).</summary>
    ApiKeyExpires = 40,

    /// <summary>Somebody signed in from a browser that this person has not used before. Words: what the browser calls itself, address.</summary>
    NewDevice = 41,

    /// <summary>The person has one more security key. Words: its name.</summary>
    KeyAdded = 42,

    /// <summary>A security key of the person was taken out of use. Words: its name.</summary>
    KeyRemoved = 43,

    /// <summary>
    /// A level of a budget is reached. Words: customer program (blank for all of the customer), customer, percent, millionths of a euro
    /// that were used, the limit in millionths, first day of the month, "stop" when executions beyond the limit are refused.
    /// </summary>
    BudgetReached = 4,

    /// <summary>Somebody asks for an ability that the reader can give. Words: who, the ability's name, customer, why.</summary>
    AccessAsked = 20,

    /// <summary>An ability that the reader asked for was given. Words: the ability's name, customer, by whom.</summary>
    AccessGranted = 21,

    /// <summary>It was refused. Words: the ability's name, customer, by whom, why.</summary>
    AccessRefused = 22,

    /// <summary>Nobody answered. Words: the ability's name, customer.</summary>
    AccessLapsed = 23,

    /// <summary>A contract that the reader can prolong ends. Words: whose, customer, last day.</summary>
    ContractEnds = 30,

    /// <summary>The reader's own contract ends. Words: as <see cref="ContractEnds"/>.</summary>
    OwnContractEnds = 31,

    /// <summary>A role that the reader can prolong ends. Words: whose, customer, last day, the role's name, the contract.</summary>
    RoleEnds = 32,

    /// <summary>The reader's own role ends. Words: as <see cref="RoleEnds"/>.</summary>
    OwnRoleEnds = 33,

    /// <summary>A complaint waits for NADOO: it was filed, answered or reopened. Words: who, program, customer, the text or reason.</summary>
    ComplaintFiled = 50,

    /// <summary>NADOO asked about or decided a complaint of the reader. Words: the status's name, program, customer, why.</summary>
    ComplaintMoved = 51,
}

/// <summary>Something that one person should know, until she says that it is done. It tells; it grants nothing.</summary>
public sealed class Notice : IPersonOwned
{
    private Notice()
    {
    }

    /// <summary>Identifier.</summary>
    public NoticeId Id { get; private set; }

    /// <inheritdoc/>
    public PersonId PersonId { get; private set; }

    /// <summary>What it is about.</summary>
    public NoticeKind Kind { get; private set; }

    /// <summary>The record it leads to; null when it leads to a page only.</summary>
    public Guid? Subject { get; private set; }

    /// <summary>The words that its sentence is filled with, in the order that its kind names.</summary>
    public string[] Words { get; private set; } = [];

    /// <summary>When it was told.</summary>
    public DateTimeOffset At { get; private set; }

    /// <summary>When it was read; null while it is new.</summary>
    public DateTimeOffset? ReadAt { get; private set; }

    /// <summary>When the person said that it is done; null while it is open.</summary>
    public DateTimeOffset? DoneAt { get; private set; }

    /// <summary>Tells a person something.</summary>
    public static Notice Tell(PersonId person, NoticeKind kind, Guid? subject, IEnumerable<string> words, DateTimeOffset now) => new()
    {
        Id = NewId.At<NoticeId>(now),
        PersonId = person,
        Kind = kind,
        Subject = subject,
        Words = [.. words],
        At = now,
    };

    /// <summary>Notes that it was read.</summary>
    public void Read(DateTimeOffset now) => ReadAt ??= now;

    /// <summary>Puts it aside; it counts as read.</summary>
    public void Finish(DateTimeOffset now)
    {
        Read(now);
        DoneAt ??= now;
    }
}

/// <summary>What the Notices module refuses.</summary>
public static class NoticeRefusals
{
    /// <summary>Unknown, or somebody else's.</summary>
    public static readonly Refusal NotFound = new("notice.not_found", RefusalKind.NotFound);
}
