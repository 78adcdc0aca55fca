using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace NadooIt.Web.Api;

/// <summary>The OpenAPI document at <c>/openapi/v1.json</c>: made from the routes, completed by what they say about themselves.</summary>
internal static class OpenApiDescription
{
    private const string Scheme = "apiKey";

    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.ShouldInclude = description => description.RelativePath is { } path
            && (path.StartsWith("api/v1/", StringComparison.Ordinal) || path.StartsWith("health/", StringComparison.Ordinal));
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "NADOO-IT",
                Version = "v1",
                Description = "Record the runs of customer programs and read what they saved. Every answer carries a traceparent; errors are problem details (RFC 9457) with a stable code.",
            };
            // Relative to wherever the document was read from.
            document.Servers = [new OpenApiServer { Url = "/" }];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
            {
                [Scheme] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http,
                    Scheme = "bearer",
                    BearerFormat = "nadoo_live_...",
                    Description = "An API key, made at API keys. It goes into the header Authorization and nowhere else.",
                },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            Complete(operation, context);
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            if (context.JsonTypeInfo.Type == typeof(ExecutionBody) || context.JsonTypeInfo.Type == typeof(BatchBody) || context.JsonTypeInfo.Type == typeof(ReversalBody))
            {
                schema.AdditionalPropertiesAllowed = false;
            }

            if (context.JsonTypeInfo.Type == typeof(ExecutionBody))
            {
                schema.Examples = [JsonNode.Parse("""{ "customerProgramId": "019aa5c2-7d7e-7c1a-9d3e-0a5a2f3c4b5d", "reference": "run-4711", "timeSavedSeconds": 90, "occurredAt": "2026-11-21T08:00:00Z", "orderReference": "A-17" }""")!];
            }
            else if (context.JsonTypeInfo.Type == typeof(ExecutionAnswer))
            {
                schema.Examples = [JsonNode.Parse("""
                    { "id": "019aa5c3-0b7e-7a10-8f00-5b1c2d3e4f50", "customerProgramId": "019aa5c2-7d7e-7c1a-9d3e-0a5a2f3c4b5d", "reference": "run-4711", "orderReference": "A-17",
                      "occurredAt": "2026-11-21T08:00:00Z", "recordedAt": "2026-11-21T08:00:01.25Z", "timeSavedSeconds": 90, "prepaidSeconds": 60, "billedSeconds": 30,
                      "pricePerSecond": { "amount": "0.010000", "currency": "EUR" }, "price": { "amount": "0.300000", "currency": "EUR" }, "status": "not_paid", "timeBalanceSeconds": 0 }
                    """)!];
            }
            else if (context.JsonTypeInfo.Type == typeof(Problem))
            {
                schema.Examples = [JsonNode.Parse("""
                    { "type": "/os/api#customer_program.not_found", "title": "This customer program does not exist, or it lies outside your area.", "status": 404,
                      "detail": "This customer program does not exist, or it lies outside your area.", "code": "customer_program.not_found", "traceId": "4bf92f3577b34da6a3ce929d0e0e4736" }
                    """)!];
            }

            return Task.CompletedTask;
        });
    });

    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, string id, string summary, string description) =>
        route.WithTags(TagOf(id)).WithSummary(summary).WithDescription(description).WithMetadata(new OperationName(id));

    public static RouteHandlerBuilder Problems(this RouteHandlerBuilder route, params int[] statuses)
    {
        foreach (var status in statuses)
        {
            route.Produces<Problem>(status, "application/problem+json");
        }

        return route;
    }

    public static RouteHandlerBuilder Query(this RouteHandlerBuilder route, string name, string description, Func<OpenApiSchema> schema) =>
        route.WithMetadata(new QueryName(name, description, schema));

    /// <summary>The parameters by which every list is read in parts.</summary>
    public static RouteHandlerBuilder QueryPart(this RouteHandlerBuilder route) => route
        .Query("limit", "Most rows of this part.", () => new() { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "200", Default = QueryFields.UsualLimit })
        .Query("cursor", "The nextCursor of the part before.", () => new() { Type = JsonSchemaType.String });

    /// <summary>The id in the address is a UUID; it is read as text, so that a wrong one is answered like any wrong field.</summary>
    public static RouteHandlerBuilder PathId(this RouteHandlerBuilder route) => route.WithMetadata(new PathIdMark());

    public static OpenApiSchema Id() => new() { Type = JsonSchemaType.String, Format = "uuid" };

    public static OpenApiSchema DayOrInstant() => new()
    {
        AnyOf = [new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" }, new OpenApiSchema { Type = JsonSchemaType.String, Format = "date" }],
    };

    public static OpenApiSchema OneOf(IEnumerable<string> words) => new() { Type = JsonSchemaType.String, Enum = [.. words.Select(word => (JsonNode)word)] };

    private static void Complete(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        foreach (var name in metadata.OfType<OperationName>())
        {
            operation.OperationId = name.Id;
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] }];
        }

        operation.Parameters ??= [];
        foreach (var query in metadata.OfType<QueryName>())
        {
            operation.Parameters.Add(new OpenApiParameter { Name = query.Name, In = ParameterLocation.Query, Description = query.Description, Schema = query.Schema() });
        }

        if (metadata.OfType<PathIdMark>().Any())
        {
            foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>().Where(parameter => parameter.In == ParameterLocation.Path))
            {
                parameter.Schema = Id();
            }
        }

        foreach (var (status, response) in operation.Responses ?? [])
        {
            AddHeaders(operation.OperationId, status, (OpenApiResponse)response);
        }
    }

    private static void AddHeaders(string? operation, string status, OpenApiResponse response)
    {
        response.Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
        void Add(string name, string description) =>
            response.Headers[name] = new OpenApiHeader { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

        Add("traceparent", "The trace of this request (W3C Trace Context).");
        if (status is "429" or "503")
        {
            Add("Retry-After", "Seconds after which trying again makes sense.");
        }

        if (status == "401")
        {
            Add("WWW-Authenticate", "Bearer");
        }

        if (operation == "recordExecution" && status == "201")
        {
            Add("Location", "Where the execution can be read.");
        }

        if (operation == "recordExecution" && status == "200")
        {
            Add("Idempotent-Replayed", "true: it had been recorded before; nothing was changed.");
        }
    }

    private static string TagOf(string id) => id switch
    {
        _ when id.Contains("Execution", StringComparison.Ordinal) => "Executions",
        _ when id.Contains("CustomerProgram", StringComparison.Ordinal) => "Customer programs",
        "readMe" => "Key",
        _ => "Time accounts",
    };

    private sealed record OperationName(string Id);

    private sealed record QueryName(string Name, string Description, Func<OpenApiSchema> Schema);

    private sealed record PathIdMark;
}
