using TransferLearning.Studio.Tests;

[assembly: AssemblyFixture(typeof(TrainedStudio))]
