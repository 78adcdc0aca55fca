namespace NadooIt.Domain.Hr;

/// <summary>
/// Everything that a door can be opened with. Each ability but the first four is granted by a role contract; the
/// catalogue <see cref="Roles"/> says by which. The names are stored, so a name is never reused for another meaning.
/// </summary>
public enum Ability
{
    /// <summary>Own profile, keys and sessions: everybody who is signed in.</summary>
    ManageOwnAccount = 1,

    /// <summary>Run a customer's programs: everybody with a running contract there.</summary>
    RunPrograms = 2,

    /// <summary>Know that a customer exists and open its page: everybody with a running contract there.</summary>
    SeeCustomer = 3,

    /// <summary>See the catalogue of programs: everybody with a running contract.</summary>
    ViewPrograms = 4,

    /// <summary>See the employees of a customer and their contracts.</summary>
    ViewEmployees = 10,

    /// <summary>Add an employee to a customer.</summary>
    AddEmployees = 11,

    /// <summary>End contracts and roles at a customer.</summary>
    EndContracts = 12,

    /// <summary>Give the role employee manager.</summary>
    GiveEmployeeManagerRole = 13,

    /// <summary>See a customer's programs with their prices.</summary>
    ViewCustomerPrograms = 20,

    /// <summary>Make a program of the catalogue a customer program, change what is not its price.</summary>
    CreateCustomerPrograms = 21,

    /// <summary>Deactivate and reactivate customer programs.</summary>
    DeactivateCustomerPrograms = 22,

    /// <summary>Give the role customer program manager.</summary>
    GiveCustomerProgramManagerRole = 23,

    /// <summary>See the executions of a customer.</summary>
    ViewExecutions = 30,

    /// <summary>Record an execution by hand.</summary>
    CreateExecutions = 31,

    /// <summary>Reverse an execution.</summary>
    ReverseExecutions = 32,

    /// <summary>Give the role execution manager.</summary>
    GiveExecutionManagerRole = 33,

    /// <summary>See the time accounts of a customer and their statements.</summary>
    ViewTimeAccounts = 40,

    /// <summary>Open time accounts.</summary>
    OpenTimeAccounts = 41,

    /// <summary>Close time accounts.</summary>
    CloseTimeAccounts = 42,

    /// <summary>Give the role time account manager.</summary>
    GiveTimeAccountManagerRole = 43,

    /// <summary>See a customer's record and addresses.</summary>
    ViewCustomer = 50,

    /// <summary>Edit a customer's record and addresses.</summary>
    EditCustomer = 51,

    /// <summary>Give the role customer manager.</summary>
    GiveCustomerManagerRole = 52,

    /// <summary>See the API keys of a customer's employees.</summary>
    ViewApiKeys = 60,

    /// <summary>Create API keys for employees.</summary>
    CreateApiKeys = 61,

    /// <summary>Revoke API keys.</summary>
    RevokeApiKeys = 62,

    /// <summary>Give the role API key manager.</summary>
    GiveApiKeyManagerRole = 63,

    /// <summary>See the workflows of a customer.</summary>
    ViewWorkflows = 70,

    /// <summary>Edit workflows.</summary>
    EditWorkflows = 71,

    /// <summary>Give the role workflow manager.</summary>
    GiveWorkflowManagerRole = 72,

    /// <summary>See people and the inventory of their security keys. Operator.</summary>
    ViewKeys = 80,

    /// <summary>Register people and invite them to enrol a key. Operator.</summary>
    CreateKeys = 81,

    /// <summary>Remove keys and deactivate people. Operator.</summary>
    DeleteKeys = 82,

    /// <summary>Make somebody a key manager. Operator.</summary>
    CreateKeyManagers = 83,

    /// <summary>End the role of a key manager. Operator.</summary>
    DeleteKeyManagers = 84,

    /// <summary>Create customers and give their first contracts and roles. Operator.</summary>
    CreateCustomers = 90,

    /// <summary>Keep the program catalogue. Operator.</summary>
    KeepPrograms = 91,

    /// <summary>Set the prices of customer programs. Operator.</summary>
    KeepPrices = 92,

    /// <summary>Sell prepaid time and correct time accounts. Operator.</summary>
    SellTime = 93,

    /// <summary>Mark executions as paid and refund them. Operator.</summary>
    MarkPayments = 94,

    /// <summary>Run the public website. Operator.</summary>
    RunWebsite = 95,

    /// <summary>Read the audit trail. Operator.</summary>
    ReadAudit = 96,

    /// <summary>Look after the installation: sample data, checks. Operator.</summary>
    RunPlatform = 97,
}
