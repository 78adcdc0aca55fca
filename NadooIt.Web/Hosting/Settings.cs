namespace NadooIt.Web.Hosting;

/// <summary>A setting of the application.</summary>
/// <param name="Name">As an environment variable or a file under /run/secrets; on the command line with : for __.</param>
/// <param name="Usual">What counts when nobody sets it.</param>
/// <param name="Meaning">What it does, one sentence.</param>
internal sealed record Setting(string Name, string Usual, string Meaning);

/// <summary>
/// Every setting that the application reads, in one place. The code takes the names from here; the guard tests hold
/// the table in the README and the variables of the deployment files against this list.
/// </summary>
internal static class Settings
{
    /// <summary>The name in the section ConnectionStrings.</summary>
    public const string ConnectionString = "NadooIt";

    /// <summary>The name in the section ConnectionStrings for the account that owns the schema.</summary>
    public const string OwnerConnectionString = "NadooItOwner";

    public const string KeySecret = "NADOOIT_KEY_SECRET";
    public const string DataFolder = "NADOOIT_DATA";
    public const string PostgresPrograms = "NADOOIT_POSTGRES_BIN";
    public const string SetUpToken = "NADOOIT_SETUP_TOKEN";
    public const string PublicAddress = "NADOOIT_PUBLIC_URL";
    public const string Proxies = "NADOOIT_PROXIES";
    public const string LogLevel = "NADOOIT_LOG_LEVEL";
    public const string LogFiles = "NADOOIT_LOG_FILES";
    public const string MetricsPort = "NADOOIT_METRICS_PORT";

    /// <summary>The framework's own list of host names, separated by semicolons.</summary>
    public const string AllowedHosts = "AllowedHosts";

    public static IReadOnlyList<Setting> All { get; } =
    [
        new("ConnectionStrings__NadooIt", "none", "The PostgreSQL database (15 or newer). Without it the application starts a private one in its data folder."),
        new("ConnectionStrings__NadooItOwner", "the same account", "The account that owns the schema and migrates it at the start; `ConnectionStrings__NadooIt` then names an account with fewer rights, see Database accounts."),
        new(DataFolder, "`nadooit` in the user's application data", "Where the private database and the log files live."),
        new(PostgresPrograms, "search", "The folder of `initdb` and `postgres` for the private database."),
        new("ASPNETCORE_URLS", "`http://localhost:8000`", "Where to listen; `--urls` says the same on the command line."),
        new("ASPNETCORE_HTTP_PORTS", "none", "Ports to listen on at every address, for containers."),
        new(PublicAddress, "where it listens", "The address that people type, such as `https://nadoo.example`; security keys are bound to its host name."),
        new(AllowedHosts, "names of the public address and of this machine", "Host names that requests may name, separated by semicolons. Any is allowed by default only where the application listens to other machines without a public address."),
        new(Proxies, "none", "Addresses or networks (CIDR) of reverse proxies, separated by commas, whose word on scheme, host and client address counts."),
        new(SetUpToken, "random at each start", "The secret in the set-up link; set it where several nodes start together."),
        new(KeySecret, "none", "Encrypts the keys that protect cookies, forms, webhooks and receipts where they are stored; at least 32 characters, the same on all nodes."),
        new(LogLevel, "`Information`", "`Verbose`, `Debug`, `Information`, `Warning`, `Error` or `Fatal`."),
        new(LogFiles, "`true`", "Whether logs go to files in the data folder as well as to the console."),
        new(MetricsPort, "none", "A port of its own for `GET /metrics` (Prometheus), at every address; keep it inside your network. Without it nothing is counted."),
        new("Passkeys__ServerDomain", "host of the public address", "The domain that security keys are bound to; changing it makes every registered key unusable."),
        new("Passkeys__Origins__0", "the public address", "An exact origin from which keys are accepted; more as `__1`, `__2`."),
        new("Passkeys__ServerName", "`NADOO-IT`", "What an authenticator shows as the name of this site."),
        new("Passkeys__Timeout", "`00:05:00`", "How long a registration or a sign-in may take."),
        new("SignIn__IdleLimit", "`01:00:00`", "How long a session lasts without being used."),
        new("SignIn__AbsoluteLimit", "`12:00:00`", "How long a session lasts at most."),
        new("SignIn__CheckInterval", "`00:00:03`", "How often an open page asks whether its session still counts."),
        new("SignIn__FreeAttemptsPerCode", "`10`", "Refused answers for one user code before one has to wait."),
        new("SignIn__FreeAttemptsPerAddress", "`50`", "Refused answers from one address before one has to wait."),
        new("SignIn__FreeBeginningsPerAddress", "`300`", "Sign-ins begun and not completed from one address before one has to wait."),
        new("SignIn__LongestWait", "`00:05:00`", "The longest wait."),
        new("Api__RequestsPerSecond", "`10000`", "Requests per second that one API key may keep up, on each node."),
        new("Api__Burst", "`20000`", "Requests that one API key may send at once after a pause, on each node."),
        new("Api__RefusalsPerMinute", "`60`", "Calls of the old API per minute that may be refused for one key or one address before one has to wait, on each node."),
        new("Webhooks__AllowPrivateAddresses", "`false`", "Whether webhooks may go to private addresses and by plain http, for development."),
    ];
}
