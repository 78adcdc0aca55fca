using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Webhooks;

/// <summary>How a message stands. The values are stored.</summary>
public enum WebhookDeliveryState
{
    /// <summary>It is sent when its time comes.</summary>
    Waiting = 1,

    /// <summary>The other side took it.</summary>
    Delivered = 2,

    /// <summary>Every try failed.</summary>
    GivenUp = 3,
}

/// <summary>
/// One message for one endpoint, written in the transaction of what it tells. It arrives at least once; its id is the same
/// for every try, so that the other side notices a repetition.
/// </summary>
public sealed class WebhookDelivery : ICustomerOwned
{
    /// <summary>Longest part of an answer that is kept, in characters.</summary>
    public const int LongestResponse = 500;

    /// <summary>How long one waits after each failed try; after the last one the message is given up, three days in all.</summary>
    public static readonly IReadOnlyList<TimeSpan> Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    private WebhookDelivery()
    {
    }

    /// <summary>Identifier.</summary>
    public WebhookDeliveryId Id { get; private set; }

    /// <inheritdoc/>
    public CustomerId CustomerId { get; private set; }

    /// <summary>To whom.</summary>
    public WebhookEndpointId EndpointId { get; private set; }

    /// <summary>What happened.</summary>
    public WebhookEvent Event { get; private set; }

    /// <summary>The execution or time account to which it happened.</summary>
    public Guid SubjectId { get; private set; }

    /// <summary>When it happened.</summary>
    public DateTimeOffset OccurredAt { get; private set; }

    /// <summary>The data of the message as JSON; null when they are read from the execution, which never changes.</summary>
    public string? Data { get; private set; }

    /// <summary>How it stands.</summary>
    public WebhookDeliveryState State { get; private set; }

    /// <summary>How often it was tried since it was sent off, or sent off again.</summary>
    public int Attempts { get; private set; }

    /// <summary>When it is tried next, while it waits.</summary>
    public DateTimeOffset NextAt { get; private set; }

    /// <summary>When it was tried last.</summary>
    public DateTimeOffset? LastAt { get; private set; }

    /// <summary>The HTTP status of the last answer; null when there was none.</summary>
    public int? LastStatus { get; private set; }

    /// <summary>The beginning of the last answer, or why there was none.</summary>
    public string? LastResponse { get; private set; }

    /// <summary>The message's id on the wire.</summary>
    public string MessageId => $"msg_{Id.Value:N}";

    /// <summary>A message that is sent at once.</summary>
    public static WebhookDelivery Of(WebhookEndpoint endpoint, WebhookEvent what, Guid subject, DateTimeOffset occurredAt, string? data, DateTimeOffset now) => new()
    {
        Id = NewId.At<WebhookDeliveryId>(now),
        CustomerId = endpoint.CustomerId,
        EndpointId = endpoint.Id,
        Event = what,
        SubjectId = subject,
        OccurredAt = occurredAt,
        Data = data,
        State = WebhookDeliveryState.Waiting,
        NextAt = now,
    };

    /// <summary>The other side took it.</summary>
    public void Succeed(int status, string? response, DateTimeOffset now)
    {
        Note(status, response, now);
        State = WebhookDeliveryState.Delivered;
    }

    /// <summary>A try failed; the next one waits longer, until there is none.</summary>
    public void Fail(int? status, string? response, DateTimeOffset now)
    {
        Note(status, response, now);
        if (Attempts > Pauses.Count)
        {
            State = WebhookDeliveryState.GivenUp;
        }
        else
        {
            NextAt = now + Pauses[Attempts - 1];
        }
    }

    /// <summary>Sends it again, from the first try on.</summary>
    public void Redeliver(DateTimeOffset now) => (State, Attempts, NextAt) = (WebhookDeliveryState.Waiting, 0, now);

    private void Note(int? status, string? response, DateTimeOffset now)
    {
        // The database keeps no NUL, and half of a surrogate pair at the cut would be no text.
        var clean = response is null ? null : string.Concat(response.Where(sign => !char.IsControl(sign) && !char.IsSurrogate(sign)).Take(LongestResponse));
        (Attempts, LastStatus, LastResponse, LastAt) = (Attempts + 1, status, clean, now);
    }
}
