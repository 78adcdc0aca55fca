namespace NadooIt.Web.Shared;

/// <summary>
/// A circuit draws as soon as a component awaits, and its first picture replaces the page that the server has sent. So
/// that people do not see an empty page in between, what the first picture shows is waited for, if it is not slow.
/// </summary>
internal static class FirstPicture
{
    /// <summary>Until then people go on seeing the page that came; a slower load shows an empty one.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Starts the work beside the circuit, where it may read and set fields but not draw or navigate.</summary>
    /// <returns>The work: finished, unless it takes longer than is waited for.</returns>
    public static Task Begin(Func<Task> work) => Waited(Task.Run(work));

    /// <inheritdoc cref="Begin(Func{Task})"/>
    public static Task<T> Begin<T>(Func<Task<T>> work) => Waited(Task.Run(work));

    private static T Waited<T>(T work)
        where T : Task
    {
        Task.WaitAny([work], Patience);
        return work;
    }
}
