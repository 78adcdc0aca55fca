using System.Globalization;
using System.Runtime.InteropServices;
using NadooIt.Web.Hosting;

namespace NadooIt.Tests.Hosting;

public sealed class FreedMemoryTests
{
    private const int Blocks = 200_000;
    private const int BlockSize = 1000;

    [Fact]
    public void What_native_code_has_freed_is_given_back_to_the_system()
    {
        var blocks = Enumerable.Range(0, Blocks).Select(_ => Filled()).ToList();

        // A few stay, so that what is free lies between them.
        foreach (var block in blocks.Where((_, number) => number % 1000 != 0))
        {
            Marshal.FreeHGlobal(block);
        }

        var before = ResidentBytes();
        var isGivenBack = FreedMemory.GiveBack();
        var after = ResidentBytes();
        foreach (var block in blocks.Where((_, number) => number % 1000 == 0))
        {
            Marshal.FreeHGlobal(block);
        }

        if (isGivenBack)
        {
            (before - after).ShouldBeGreaterThan(Blocks * BlockSize / 2);
        }
        else
        {
            OperatingSystem.IsLinux().ShouldBeFalse("every Linux on which this is tested has glibc");
        }
    }

    private static nint Filled()
    {
        var block = Marshal.AllocHGlobal(BlockSize);
        Marshal.WriteByte(block, 1);
        return block;
    }

    private static long ResidentBytes() => OperatingSystem.IsLinux()
        ? long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize
        : Environment.WorkingSet;
}
