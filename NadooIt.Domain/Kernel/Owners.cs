namespace NadooIt.Domain.Kernel;

/// <summary>Belongs to one customer: only those see it whose running contract with that customer grants the ability.</summary>
public interface ICustomerOwned
{
    /// <summary>The owner.</summary>
    CustomerId CustomerId { get; }
}

/// <summary>Belongs to one person: only that person sees it, and who looks after people.</summary>
public interface IPersonOwned
{
    /// <summary>The owner.</summary>
    PersonId PersonId { get; }
}

/// <summary>Belongs to everybody, such as the program catalogue; whoever opened a door may read it.</summary>
public interface IShared;
