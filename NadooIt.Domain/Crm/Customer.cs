using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Crm;

/// <summary>A company that uses programs. The one marked as operator is NADOO, whose contracts carry platform roles.</summary>
public sealed class Customer : ICustomerOwned
{
    /// <summary>Longest name, in characters.</summary>
    public const int LongestName = 200;

    private Customer()
    {
    }

    /// <summary>Identifier.</summary>
    public CustomerId Id { get; private set; }

    /// <summary>Name of the company, 1 to 200 characters.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The name without case, spacing, punctuation and legal form, to warn of duplicates.</summary>
    public string ComparableName { get; private set; } = "";

    /// <summary>Whether this is NADOO itself.</summary>
    public bool IsOperator { get; private set; }

    /// <summary>When the customer was created.</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>When the customer was archived; null while it is active. Customers are never deleted.</summary>
    public DateTimeOffset? ArchivedAt { get; private set; }

    /// <summary>Marked as sample data, removable in one action by an operator.</summary>
    public bool IsSample { get; private set; }

    /// <inheritdoc/>
    public CustomerId CustomerId => Id;

    /// <summary>Creates a customer.</summary>
    /// <exception cref="Refused">The name is empty or too long.</exception>
    public static Customer Create(string name, DateTimeOffset now, bool isOperator = false, bool isSample = false)
    {
        var customer = new Customer
        {
            Id = NewId.At<CustomerId>(now),
            CreatedAt = now,
            IsOperator = isOperator,
            IsSample = isSample,
        };
        customer.Rename(name);
        return customer;
    }

    /// <summary>Changes the name.</summary>
    /// <exception cref="Refused">The name is empty or too long.</exception>
    public void Rename(string name)
    {
        var trimmed = name.Trim();
        if (trimmed.Length is 0 or > LongestName)
        {
            throw new Refused(CrmRefusals.NameInvalid);
        }

        Name = trimmed;
        ComparableName = CompanyName.Comparable(trimmed);
    }

    /// <summary>At set-up NADOO takes over the operator's row that sample data may have made.</summary>
    /// <exception cref="Refused">The name is empty or too long.</exception>
    public void TakeOver(string name)
    {
        Rename(name);
        IsSample = false;
    }

    /// <summary>Takes the customer out of use; everything recorded stays.</summary>
    /// <exception cref="Refused">The operator cannot be archived.</exception>
    public void Archive(DateTimeOffset now)
    {
        if (IsOperator)
        {
            throw new Refused(CrmRefusals.OperatorStays);
        }

        ArchivedAt ??= now;
    }

    /// <summary>Brings an archived customer back.</summary>
    public void Restore() => ArchivedAt = null;
}

/// <summary>What the Crm module refuses.</summary>
public static class CrmRefusals
{
    /// <summary>The name is empty or longer than 200 characters.</summary>
    public static readonly Refusal NameInvalid = new("customer.name_invalid", RefusalKind.Invalid);

    /// <summary>NADOO itself cannot be archived.</summary>
    public static readonly Refusal OperatorStays = new("customer.operator_stays", RefusalKind.Conflict);

    /// <summary>A customer with the same name or address exists; create it only if it is meant.</summary>
    public static readonly Refusal LooksLikeDuplicate = new("customer.looks_like_duplicate", RefusalKind.Conflict);

    /// <summary>A needed part of the address is missing or too long.</summary>
    public static readonly Refusal AddressInvalid = new("customer.address_invalid", RefusalKind.Invalid);

    /// <summary>The customer is archived.</summary>
    public static readonly Refusal Archived = new("customer.archived", RefusalKind.Conflict);
}
