using System.Globalization;
using BenchmarkDotNet.Running;
using Hspi.Benchmarks;

// "quick", "kernels", "networks", "inspect" and "kills" are tables of their own, "hostile" is a server, "profile" is for a profiler; everything else is BenchmarkDotNet's.
switch (args)
{
    case ["quick"]:
        QuickTable.Print(repetitions: 20);
        break;
    case ["quick", var repetitions]:
        QuickTable.Print(int.Parse(repetitions, CultureInfo.InvariantCulture));
        break;
    case ["kernels"]:
        KernelTable.Print();
        break;
    case ["kernels", var filter]:
        KernelTable.Print(filter);
        break;
    case ["networks", ..]:
        NetworkSpeed.Run(args.AsSpan(1));
        break;
    case ["inspect", var program, var folder, var largest]:
        return InspectMemory.Run(program, folder, largest);
    case ["kills", var program, var folder, var moments]:
        return await Kills.RunAsync(program, folder, int.Parse(moments, CultureInfo.InvariantCulture));
    case ["hostile", var name, var port]:
        return await HostileByHand.RunAsync(name, int.Parse(port, CultureInfo.InvariantCulture));
    case ["profile", _, _, _, _, _]:
        NetworkLoop.Run(args.AsSpan(1));
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        break;
}

return 0;
