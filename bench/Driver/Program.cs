using NadooIt.Bench;

// Measures a running server; starts nothing. The scripts bench/compare and bench/faults show how it is called.
var options = new Options(args);
return args is ["faults", ..] ? await FaultLoad.RunAsync(options) : Load.Run(options);
