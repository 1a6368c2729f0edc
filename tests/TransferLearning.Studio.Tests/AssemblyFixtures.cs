using TransferLearning.Studio.Tests.TestSupport;

[assembly: AssemblyFixture(typeof(ChromiumBrowser))]
