using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.TimeAccounts;

/// <summary>A spell in which a time account was below one of its warning levels. While it lasts nobody is told again.</summary>
public sealed class LowBalance : ICustomerOwned
{
    private LowBalance()
    {
    }

    /// <summary>The account.</summary>
    public TimeAccountId TimeAccountId { get; private set; }

    /// <inheritdoc/>
    public CustomerId CustomerId { get; private set; }

    /// <summary>When it was noticed.</summary>
    public DateTimeOffset Since { get; private set; }

    /// <summary>What the account held then.</summary>
    public Seconds Balance { get; private set; }

    /// <summary>When it held enough again; null while it is low.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>A spell begins.</summary>
    public static LowBalance Begin(TimeAccount account, Seconds balance, DateTimeOffset now) =>
        new() { TimeAccountId = account.Id, CustomerId = account.CustomerId, Since = now, Balance = balance };

    /// <summary>The spell is over.</summary>
    public void End(DateTimeOffset now) => EndedAt ??= now;
}
