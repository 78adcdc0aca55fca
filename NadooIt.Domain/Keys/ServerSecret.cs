using NadooIt.Domain.Kernel;

namespace NadooIt.Domain.Keys;

/// <summary>Random bytes that all nodes share, such as those from which made-up keys are derived.</summary>
/// <param name="Name">What for; unique.</param>
/// <param name="Value">The bytes.</param>
/// <param name="CreatedAt">Since when.</param>
public sealed record ServerSecret(string Name, byte[] Value, DateTimeOffset CreatedAt) : IShared;

/// <summary>A key with which all nodes protect cookies and forms, as the framework writes it.</summary>
/// <param name="Name">The framework's name for it; unique.</param>
/// <param name="Xml">The key.</param>
/// <param name="CreatedAt">Since when.</param>
public sealed record DataProtectionKey(string Name, string Xml, DateTimeOffset CreatedAt) : IShared;
