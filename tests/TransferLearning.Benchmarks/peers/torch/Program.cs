using System.Globalization;
using TorchPeer;
using TorchSharp;

// "NETWORK THREADS BATCH": builds the network, writes the number of its parameters, and then answers each line, a number of training steps,
// with the loss of the last.
var (name, threads, batch) = (args[0], Int(args[1]), Int(args[2]));
torch.set_num_threads(threads);
torch.random.manual_seed(0);
var (network, shape) = Networks.Build(name);
network.train();

// As in fine-tuning: the statistics of normalization stay as they are, scale and bias train.
foreach (var normalization in network.modules().OfType<TorchSharp.Modules.BatchNorm2d>())
    normalization.eval();
var optimizer = torch.optim.SGD(network.parameters(), 0.001, momentum: 0.9);
var criterion = torch.nn.CrossEntropyLoss();
var images = torch.randn([batch, .. shape]);
var labels = torch.arange(batch) % Networks.Classes;
Console.WriteLine(network.parameters().Sum(parameter => parameter.numel()).ToString(CultureInfo.InvariantCulture));
while (Console.ReadLine() is { } line)
{
    float last = 0;
    for (int step = Int(line); step > 0; step--)
    {
        using var scope = torch.NewDisposeScope();
        optimizer.zero_grad();
        var loss = criterion.call(network.call(images), labels);
        loss.backward();
        optimizer.step();
        last = loss.item<float>();
    }

    Console.WriteLine(last.ToString(CultureInfo.InvariantCulture));
}

static int Int(string text) => int.Parse(text, CultureInfo.InvariantCulture);
