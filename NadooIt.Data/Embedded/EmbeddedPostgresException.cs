namespace NadooIt.Data.Embedded;

/// <summary>The embedded database cannot start or go on; the message tells the operator why and what to do.</summary>
public sealed class EmbeddedPostgresException : Exception
{
    /// <summary>Creates the error with its message for the operator.</summary>
    public EmbeddedPostgresException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error with its message for the operator and the error beneath it.</summary>
    public EmbeddedPostgresException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
