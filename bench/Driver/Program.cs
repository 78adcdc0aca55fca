using NadooIt.Bench;

// Measures a running server; starts nothing. The script bench/compare shows how it is called.
return await Load.RunAsync(new Options(args));
