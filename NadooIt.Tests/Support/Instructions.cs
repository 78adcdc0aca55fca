using System.Reflection;
using System.Reflection.Emit;

namespace NadooIt.Tests.Support;

/// <summary>One instruction of a compiled method.</summary>
/// <param name="OpCode">What it does.</param>
/// <param name="Literal">The text that it loads, if it loads one.</param>
/// <param name="Called">The method that it calls, if it calls one.</param>
internal sealed record Instruction(OpCode OpCode, string? Literal, MethodBase? Called);

/// <summary>Reads what the compiler made of the code, for guards that no text search can do without guessing.</summary>
internal static class Instructions
{
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<int, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => (int)(ushort)code.Value);

    /// <summary>Every method with a body, lambdas included, with the outermost type that holds it.</summary>
    public static IEnumerable<(Type Type, MethodBase Method)> MethodsOf(Assembly assembly) =>
        from type in assembly.GetTypes()
        from method in type.GetMethods(Everything).Cast<MethodBase>().Concat(type.GetConstructors(Everything))
        where method.GetMethodBody() is not null
        select (Outermost(type), method);

    public static IEnumerable<Instruction> Of(MethodBase method)
    {
        var bytes = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        var at = 0;
        while (at < bytes.Length)
        {
            var value = bytes[at] == 0xFE ? 0xFE00 | bytes[at + 1] : bytes[at];
            var code = OpCodesByValue[value];
            at += code.Size;
            var token = code.OperandType is OperandType.InlineString or OperandType.InlineMethod ? BitConverter.ToInt32(bytes, at) : 0;
            yield return new(
                code,
                code.OperandType == OperandType.InlineString ? method.Module.ResolveString(token) : null,
                code.OperandType == OperandType.InlineMethod ? Resolve(method, token) : null);
            at += SizeOfOperand(code, bytes, at);
        }
    }

    private static MethodBase? Resolve(MethodBase method, int token) => method.Module.ResolveMethod(
        token, method.DeclaringType?.GetGenericArguments(), method is MethodInfo { IsGenericMethod: true } ? method.GetGenericArguments() : null);

    private static int SizeOfOperand(OpCode code, byte[] bytes, int at) => code.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(bytes, at)),
        _ => 4,
    };

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
