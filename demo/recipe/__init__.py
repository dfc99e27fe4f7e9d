"""How the demo model was made: grammar, synthetic speech, network, training, conversion, evaluation."""
