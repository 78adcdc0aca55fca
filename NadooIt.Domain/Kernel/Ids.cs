namespace NadooIt.Domain.Kernel;

/// <summary>
/// An identifier that cannot be mixed up with another kind. Values are UUID version 7 (RFC 9562): they sort by the
/// moment at which they were made, so an index on them grows at one end.
/// </summary>
public interface ITypedId<TSelf>
    where TSelf : struct, ITypedId<TSelf>
{
    /// <summary>The identifier as it is stored and shown.</summary>
    Guid Value { get; }

    /// <summary>Wraps an identifier that was read from the database or from an address.</summary>
    static abstract TSelf From(Guid value);
}

/// <summary>Makes new identifiers.</summary>
public static class NewId
{
    /// <summary>A new UUIDv7 for something that comes into being at <paramref name="at"/>.</summary>
    public static TId At<TId>(DateTimeOffset at)
        where TId : struct, ITypedId<TId> => TId.From(Guid.CreateVersion7(at));
}

/// <summary>A person who signs in.</summary>
public readonly record struct PersonId(Guid Value) : ITypedId<PersonId>
{
    /// <inheritdoc/>
    public static PersonId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>A security key (passkey) of a person, as our row; the authenticator's own credential id is bytes.</summary>
public readonly record struct SecurityKeyId(Guid Value) : ITypedId<SecurityKeyId>
{
    /// <inheritdoc/>
    public static SecurityKeyId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>One signed-in browser of a person.</summary>
public readonly record struct SessionId(Guid Value) : ITypedId<SessionId>
{
    /// <inheritdoc/>
    public static SessionId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>An invitation to register a security key.</summary>
public readonly record struct EnrolmentId(Guid Value) : ITypedId<EnrolmentId>
{
    /// <inheritdoc/>
    public static EnrolmentId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>A recovery of a person whose security keys are lost.</summary>
public readonly record struct KeyRecoveryId(Guid Value) : ITypedId<KeyRecoveryId>
{
    /// <inheritdoc/>
    public static KeyRecoveryId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>A customer company; NADOO itself is the customer marked as operator.</summary>
public readonly record struct CustomerId(Guid Value) : ITypedId<CustomerId>
{
    /// <inheritdoc/>
    public static CustomerId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>One version of a customer's address.</summary>
public readonly record struct AddressId(Guid Value) : ITypedId<AddressId>
{
    /// <inheritdoc/>
    public static AddressId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>The contract by which a person works for a customer.</summary>
public readonly record struct EmployeeContractId(Guid Value) : ITypedId<EmployeeContractId>
{
    /// <inheritdoc/>
    public static EmployeeContractId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>A role that hangs on an employee contract.</summary>
public readonly record struct RoleContractId(Guid Value) : ITypedId<RoleContractId>
{
    /// <inheritdoc/>
    public static RoleContractId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>A program of the catalogue.</summary>
public readonly record struct ProgramId(Guid Value) : ITypedId<ProgramId>
{
    /// <inheritdoc/>
    public static ProgramId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>A program as one customer uses it, with that customer's saved time and price.</summary>
public readonly record struct CustomerProgramId(Guid Value) : ITypedId<CustomerProgramId>
{
    /// <inheritdoc/>
    public static CustomerProgramId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>A customer's account of prepaid seconds.</summary>
public readonly record struct TimeAccountId(Guid Value) : ITypedId<TimeAccountId>
{
    /// <inheritdoc/>
    public static TimeAccountId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>An account of the ledger. The account of a time account or a customer program has its owner's value.</summary>
public readonly record struct LedgerAccountId(Guid Value) : ITypedId<LedgerAccountId>
{
    /// <inheritdoc/>
    public static LedgerAccountId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>A transfer from one ledger account to another. The caller makes it; the same one again means: already done.</summary>
public readonly record struct TransferId(Guid Value) : ITypedId<TransferId>
{
    /// <inheritdoc/>
    public static TransferId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>What a customer or a customer program may cost in each month.</summary>
public readonly record struct BudgetId(Guid Value) : ITypedId<BudgetId>
{
    /// <inheritdoc/>
    public static BudgetId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>An order of a customer that a customer program charges once.</summary>
public readonly record struct OrderId(Guid Value) : ITypedId<OrderId>
{
    /// <inheritdoc/>
    public static OrderId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>A complaint about an execution.</summary>
public readonly record struct ComplaintId(Guid Value) : ITypedId<ComplaintId>
{
    /// <inheritdoc/>
    public static ComplaintId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>One change of a complaint.</summary>
public readonly record struct ComplaintStepId(Guid Value) : ITypedId<ComplaintStepId>
{
    /// <inheritdoc/>
    public static ComplaintStepId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>One recorded run of a customer program.</summary>
public readonly record struct ExecutionId(Guid Value) : ITypedId<ExecutionId>
{
    /// <inheritdoc/>
    public static ExecutionId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>An API key, as a row; the key itself is never stored.</summary>
public readonly record struct ApiKeyId(Guid Value) : ITypedId<ApiKeyId>
{
    /// <inheritdoc/>
    public static ApiKeyId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>One request of the HTTP API, as the log of a key keeps it.</summary>
public readonly record struct ApiRequestId(Guid Value) : ITypedId<ApiRequestId>
{
    /// <inheritdoc/>
    public static ApiRequestId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>One recorded change.</summary>
public readonly record struct AuditEntryId(Guid Value) : ITypedId<AuditEntryId>
{
    /// <inheritdoc/>
    public static AuditEntryId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>A payment, reversal or refund of an execution.</summary>
public readonly record struct StatusRecordId(Guid Value) : ITypedId<StatusRecordId>
{
    /// <inheritdoc/>
    public static StatusRecordId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>Something that one person was told.</summary>
public readonly record struct NoticeId(Guid Value) : ITypedId<NoticeId>
{
    /// <inheritdoc/>
    public static NoticeId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>One walk over the whole ledger in the background.</summary>
public readonly record struct BalanceCheckId(Guid Value) : ITypedId<BalanceCheckId>
{
    /// <inheritdoc/>
    public static BalanceCheckId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>An address of a customer’s system.</summary>
public readonly record struct WebhookEndpointId(Guid Value) : ITypedId<WebhookEndpointId>
{
    /// <inheritdoc/>
    public static WebhookEndpointId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>One message for one endpoint.</summary>
public readonly record struct WebhookDeliveryId(Guid Value) : ITypedId<WebhookDeliveryId>
{
    /// <inheritdoc/>
    public static WebhookDeliveryId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>A request for an ability.</summary>
public readonly record struct AccessRequestId(Guid Value) : ITypedId<AccessRequestId>
{
    /// <inheritdoc/>
    public static AccessRequestId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>One prolongation of a contract or role.</summary>
public readonly record struct PeriodExtensionId(Guid Value) : ITypedId<PeriodExtensionId>
{
    /// <inheritdoc/>
    public static PeriodExtensionId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>One ability that was taken away from a role.</summary>
public readonly record struct TakenAbilityId(Guid Value) : ITypedId<TakenAbilityId>
{
    /// <inheritdoc/>
    public static TakenAbilityId From(Guid value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
