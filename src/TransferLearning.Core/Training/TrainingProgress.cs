namespace TransferLearning;

/// <summary>How far training is, reported after every step and after every epoch.</summary>
/// <param name="Epoch">The epoch that runs, from 1.</param>
/// <param name="Epochs">The number of epochs.</param>
/// <param name="Step">The steps of this epoch that are done.</param>
/// <param name="Steps">The number of steps of an epoch.</param>
/// <param name="Loss">The mean loss of the epoch so far.</param>
/// <param name="Accuracy">The accuracy of the epoch so far, in [0, 1].</param>
/// <param name="LearningRate">The learning rate of the last step.</param>
/// <param name="Completed">The epoch's results, in the report that ends it; otherwise null.</param>
public readonly record struct TrainingProgress(
    int Epoch, int Epochs, int Step, int Steps, double Loss, double Accuracy, double LearningRate, EpochLog? Completed);
